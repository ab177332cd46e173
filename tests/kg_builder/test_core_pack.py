"""The core pack: every row is well formed, every identifier exists, every citation resolves."""

from __future__ import annotations

import bz2
import pickle
import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kg_builder.citation import Citation, resolve_citation
from kg_builder.pack.conditions_format import CITABLE_TABLES, FREQUENCY_CLASSES
from kg_builder.schema import RELATION_SPECS, Label, Relation, Tier
from kg_builder.sources import core_pack
from kg_builder.sources.core_pack import CorePack, read_core_pack
from ontologies.errors import FileFormatError
from ontologies.releases import data_path
from ontologies.term_id import TermId

_FOLDER = Path(core_pack.__file__).parent.parent / "pack" / "conditions"


@pytest.fixture(scope="module")
def pack() -> CorePack:
    return read_core_pack()


@pytest.fixture(scope="module")
def conditions() -> list[dict[str, Any]]:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.toml"))]
    return [condition for content in files for condition in content["condition"]]


@pytest.fixture(scope="module")
def hpo_labels() -> dict[str, str]:
    stanzas = data_path("hp.obo").read_text(encoding="utf-8").split("\n\n[Term]\n")[1:]
    found = [re.match(r"id: (\S+)\nname: (.*)", stanza) for stanza in stanzas if "is_obsolete: true" not in stanza]
    return {match[1]: match[2] for match in found if match}


def _rows(conditions: list[dict[str, Any]], table: str) -> list[dict[str, Any]]:
    return [row for condition in conditions for row in condition.get(table, ())]


def test_breadth(conditions: list[dict[str, Any]]) -> None:
    assert len(conditions) >= 160
    assert len(list(_FOLDER.glob("*.toml"))) >= 20
    assert all(len(condition["symptoms"]) >= 8 for condition in conditions)
    assert all({row["system"] for row in condition["codes"]} == {"ICD10CM", "ICD10WHO"} for condition in conditions)


def test_a_file_holds_the_codes_of_its_chapter() -> None:
    first_letters = {
        "01": "AB",
        "02": "CD",
        "03": "D",
        "04": "E",
        "05": "FG",
        "06": "G",
        "07": "H",
        "08": "H",
        "09": "I",
    }
    first_letters |= {
        "10": "J",
        "11": "K",
        "12": "L",
        "13": "M",
        "14": "N",
        "15": "O",
        "16": "P",
        "17": "Q",
        "18": "R",
        "19": "ST",
        "22": "U",
    }
    for path in sorted(_FOLDER.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        codes = {row["code"][0] for condition in content["condition"] for row in condition["codes"]}
        assert codes <= set(first_letters[path.name[:2]]), path.name


def test_names_are_in_their_language_and_unique(conditions: list[dict[str, Any]]) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for condition in conditions:
        assert not chinese.search(condition["name"])
        assert all(chinese.search(name) for name in [condition["name_zh"], *condition["synonyms_zh"]]), condition["id"]
    names = Counter(
        name.lower() for c in conditions for name in [c["name"], *c["synonyms"], c["name_zh"], *c["synonyms_zh"]]
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_symptoms_are_current_hpo_terms_with_their_label(
    conditions: list[dict[str, Any]], hpo_labels: dict[str, str]
) -> None:
    settled = [row for row in _rows(conditions, "settled_by") if "hpo" in row]
    terms = [(row["hpo"], row["label"]) for row in _rows(conditions, "symptoms") + settled]
    terms += [(row["by"], row["label"]) for row in _rows(conditions, "differs")]
    assert [(term, label) for term, label in terms if hpo_labels.get(term) != label] == []
    assert all(frequency in hpo_labels for frequency in FREQUENCY_CLASSES)


def test_codes_exist_with_their_title(conditions: list[dict[str, Any]]) -> None:
    cm = data_path("icd10cm.xml").read_text(encoding="utf-8")
    titles = {"ICD10CM": dict(re.findall(r"<diag[^>]*>\s*<name>(.*?)</name>\s*<desc>(.*?)</desc>", cm))}
    who = data_path("icd10who.xml").read_text(encoding="utf-8")
    titles["ICD10WHO"] = dict(re.findall(r"<name>(.*?)</name>\s*<description>(.*?)</description>", who))
    wrong = [
        row
        for row in _rows(conditions, "codes")
        if titles[row["system"]].get(row["code"], "").replace("&amp;", "&") != row["title"]
    ]
    assert wrong == []


# DrugBank ids that the dictionary lacks: it gives these names the id of a salt or an enantiomer.
_NOT_IN_DICTIONARY = {
    "DRUGBANK:DB00290": "Bleomycin",
    "DRUGBANK:DB00571": "Propranolol",
    "DRUGBANK:DB00624": "Testosterone",
    "DRUGBANK:DB00661": "Verapamil",
    "DRUGBANK:DB00762": "Irinotecan",
    "DRUGBANK:DB00783": "Estradiol",
    "DRUGBANK:DB01202": "Levetiracetam",
    "DRUGBANK:DB06151": "Acetylcysteine",
}


def _drug_rows(conditions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return _rows(conditions, "drugs") + _rows(conditions, "contraindicated")


def test_drugs_are_in_the_drug_dictionary(conditions: list[dict[str, Any]]) -> None:
    with bz2.open(data_path("drugs.pkl.bz2")) as stream:
        drugs = pickle.load(stream)["drug_canonical_to_data"]  # noqa: S301 (a file of an installed, pinned package)
    known = {f"DRUGBANK:{drug['drugbank_id']}": drug.get("name") for drug in drugs.values() if drug.get("drugbank_id")}
    expected = known | _NOT_IN_DICTIONARY
    assert [row for row in _drug_rows(conditions) if expected.get(row["id"]) != row["name"]] == []


def test_drugs_that_the_dictionary_lacks_are_in_pharmacotherapydb(mirror: Path) -> None:
    table = (mirror / "indications-pharmacotherapydb" / "indications.tsv").read_text(encoding="utf-8").splitlines()
    names = {f"DRUGBANK:{row[1]}": row[3] for row in (line.split("\t") for line in table)}
    assert {drug: names.get(drug) for drug in _NOT_IN_DICTIONARY} == _NOT_IN_DICTIONARY


def test_no_drug_is_both_first_line_and_contraindicated(conditions: list[dict[str, Any]]) -> None:
    for condition in conditions:
        treats = {row["id"] for row in condition["drugs"]}
        assert not treats & {row["id"] for row in condition["contraindicated"]}, condition["id"]


def test_every_citation_of_an_installed_source_resolves(conditions: list[dict[str, Any]]) -> None:
    cited = [
        Citation.parse(row["cite"]) for table in CITABLE_TABLES for row in _rows(conditions, table) if "cite" in row
    ]
    resolved = [citation for citation in cited if resolve_citation(citation, None) is not None]
    assert len(cited) >= 300
    assert {citation.source for citation in resolved} == {"hpoa", "icd10cm", "icd10who"}


def test_every_citation_resolves_in_the_mirror(conditions: list[dict[str, Any]], mirror: Path) -> None:
    for table in CITABLE_TABLES:
        for row in _rows(conditions, table):
            if "cite" in row:
                assert resolve_citation(Citation.parse(row["cite"]), mirror) is not None, row


def test_no_row_is_written_twice(conditions: list[dict[str, Any]]) -> None:
    keys = {"codes": "code", "contraindicated": "id", "drugs": "id", "symptoms": "hpo", "xrefs": "id"}
    for condition in conditions:
        for table, key in keys.items():
            counts = Counter((row.get("system"), row[key]) for row in condition[table])
            assert max(counts.values(), default=1) == 1, (condition["id"], table)


def test_every_urgent_condition_has_what_settles_it_and_a_red_flag(conditions: list[dict[str, Any]]) -> None:
    urgent = [condition for condition in conditions if condition["urgent"]]
    assert len(urgent) >= 100
    assert all(condition["settled_by"] for condition in urgent)
    assert all(any(row.get("red_flag") for row in condition["symptoms"]) for condition in urgent)


def test_look_alikes_are_told_apart_by_a_finding_of_the_condition(conditions: list[dict[str, Any]]) -> None:
    pairs = {frozenset((c["id"], row["from"])) for c in conditions for row in c.get("differs", ())}
    assert len(pairs) >= 60
    for condition in conditions:
        findings = {row["hpo"] for row in condition["symptoms"]}
        others = [row["from"] for row in condition.get("differs", ())]
        assert len(set(others)) == len(others), condition["id"]
        assert {row["by"] for row in condition.get("differs", ())} <= findings, condition["id"]


def test_limits_of_age_and_sex_do_not_exclude_the_usual_patient(conditions: list[dict[str, Any]]) -> None:
    for condition in conditions:
        low, high = condition.get("min_age_years", 0), condition.get("max_age_years", 130)
        usual = condition.get("usual_age_from_years", low), condition.get("usual_age_to_years", high)
        assert low <= usual[0] <= usual[1] <= high, condition["id"]
    pregnancy = [condition for condition in conditions if any(row["code"][0] == "O" for row in condition["codes"])]
    assert all((c["sex"], c["min_age_years"], c["max_age_years"]) == ("FEMALE", 10, 60) for c in pregnancy)


def test_xrefs_belong_to_one_condition(conditions: list[dict[str, Any]]) -> None:
    counts = Counter(row["id"] for row in _rows(conditions, "xrefs"))
    assert [xref for xref, count in counts.items() if count > 1] == []


def test_edges_fit_the_schema(pack: CorePack) -> None:
    label_by_id = {node.id: node.label for node in pack.nodes}
    for edge in pack.edges:
        spec = RELATION_SPECS[edge.relation]
        assert label_by_id[edge.subject] in spec.subjects
        assert label_by_id[edge.object] in spec.objects
        assert {name for name, _ in edge.properties} <= spec.properties
        assert edge.evidence.source == "core-pack"
        assert edge.evidence.licence == "Apache-2.0"
    assert len({edge.id for edge in pack.edges}) == len(pack.edges)
    assert [node.id for node in pack.nodes] == sorted(label_by_id)
    assert pack.issues == []


def test_only_cited_edges_are_curated_and_they_claim_no_more_than_their_source(pack: CorePack) -> None:
    for edge in pack.edges:
        assert (edge.evidence.tier is Tier.CURATED) == (edge.evidence.reference is not None)
        assert edge.evidence.tier in (Tier.CURATED, Tier.UNREVIEWED)
        if edge.evidence.tier is Tier.CURATED:
            assert {name for name, _ in edge.properties} <= {"code_system", "predicate"}


def test_a_condition_reads_as_written(pack: CorePack) -> None:
    node = next(node for node in pack.nodes if node.name == "Pneumonia")
    assert (node.id, node.label, node.name_zh) == (TermId("AITIA", "0001"), Label.DISEASE, "肺炎")
    assert dict(node.properties) == {
        "differs_by": ("HP:0031245", "HP:0031457"),
        "differs_from": ("AITIA:0013", "AITIA:0191"),
        "differs_note": (
            "days of fever, purulent sputum, crackles over the opacity",
            "fast breathing, focal crackles, opacity on the radiograph",
        ),
        "differs_note_zh": ("数日发热、脓痰、实变部湿啰音", "呼吸快、局限湿啰音、胸片浸润"),
        "prevalence_class": "very common",
        "settled_by": ("Chest radiograph (or lung ultrasound), oxygen saturation",),
        "settled_by_terms": ("HP:0031457",),
        "settled_by_zh": ("胸片（或肺超声）和血氧饱和度",),
        "urgent": True,
    }
    edges = [edge for edge in pack.edges if node.id in (edge.subject, edge.object)]
    assert {edge.relation for edge in edges} >= {Relation.CODED_AS, Relation.HAS_SYMPTOM, Relation.TREATS}
    assert [edge.object for edge in edges if edge.relation is Relation.DIAGNOSED_BY] == [TermId("HP", "0031457")]
    cough = [edge for edge in edges if edge.object == TermId("HP", "0012735")]
    assert [edge.evidence.tier for edge in cough] == [Tier.CURATED, Tier.UNREVIEWED]
    assert cough[1].property("frequency_class") == "HP:0040281"
    assert cough[0].evidence.record == "10_respiratory_diseases.toml:AITIA:0001/HP:0012735"


def test_reading_twice_gives_the_same(pack: CorePack) -> None:
    assert read_core_pack(_FOLDER) == pack


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "AITIA:0001"\n', "", "missing field id"),
        ('name_zh = "肺炎"', 'name_zh = ""', "field name_zh"),
        ("urgent = true", 'urgent = "yes"', "field urgent must be a bool"),
        ("urgent = true", "urgent = true\ncolour = 1", "unknown field colour"),
        ('prevalence_class = "very common"', 'prevalence_class = "often"', "Use one of very common"),
        ("urgent = true", "urgent = true\nmin_age_years = 90\nmax_age_years = 9", "impossible age range"),
        ("urgent = true", "urgent = true\nusual_age_to_years = 131", "impossible age range"),
        ("settled_by = [", "settled_by = []\nstrange = [", "unknown field strange"),
        ("urgent = false", "urgent = true", "an urgent condition without what settles it"),
        ('hpo = "HP:0012735"', 'hpo = "cough"', r"AITIA:0001/symptoms/1: field hpo: not an identifier"),
        ('hpo = "HP:0012735"', 'hpo = "DOID:1"', "field hpo: not an identifier of that kind: DOID:1"),
        ('frequency = "HP:0040281"', 'frequency = "often"', "field frequency cannot be often"),
        ("doid-symptom|DOID:552", "textbook|DOID:552", "unknown source in a citation"),
        ("doid-symptom|DOID:552", "guess", "not a citation"),
        ('from = "AITIA:0013"', 'from = "AITIA:9999"', "differs from what is not another condition"),
        ('from = "AITIA:0013"', 'from = "MONDO:0013"', "field from: not an identifier of that kind"),
        (', label = "Pulmonary opacity" }', " }", "hpo and label go together"),
        ("[[condition]]", "[[condition", "not UTF-8 TOML"),
        ("[[condition]]", "[[disease]]", r"no \[\[condition\]\]"),
        ('id = "AITIA:0002"', 'id = "AITIA:0001"', "two conditions with one id"),
    ],
)
def test_a_broken_file_names_the_place_and_the_remedy(tmp_path: Path, old: str, new: str, message: str) -> None:
    name = "10_respiratory_diseases.toml"
    text = (_FOLDER / name).read_text(encoding="utf-8")
    assert old in text
    count = -1 if "disease]]" in new else 1
    (tmp_path / name).write_text(text.replace(old, new, count), encoding="utf-8")
    with pytest.raises(FileFormatError, match=message) as caught:
        read_core_pack(tmp_path)
    assert name in str(caught.value)
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="no condition files"):
        read_core_pack(tmp_path)


def test_an_urgent_condition_without_red_flag_is_an_issue(tmp_path: Path) -> None:
    name = "10_respiratory_diseases.toml"
    text = (_FOLDER / name).read_text(encoding="utf-8")
    alone = re.sub(r"\ndiffers = \[.*?\n\]", "", text.replace(", red_flag = true", ""), flags=re.DOTALL)
    (tmp_path / name).write_text(alone, encoding="utf-8")
    assert {issue.category for issue in read_core_pack(tmp_path).issues} == {"no-red-flag"}


def test_binary_is_refused(tmp_path: Path) -> None:
    shutil.copy(data_path("drugs.pkl.bz2"), tmp_path / "conditions.toml")
    with pytest.raises(FileFormatError, match="not UTF-8 TOML"):
        read_core_pack(tmp_path)
