"""A graph of an older release: both layouts are read, and nothing of a later day comes in."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg_builder.as_of import build_as_of
from kg_builder.catalogue import SOURCES
from kg_builder.hpo_releases import HpoRelease
from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from kg_builder.sources.phenotype_to_genes import read_phenotype_to_genes
from ontologies.errors import FileFormatError
from ontologies.readers.hpoa import HPOA_COLUMNS
from ontologies.term_id import TermId

OBO = """format-version: 1.2
data-version: hp/releases/2021-02-08

[Term]
id: HP:0000118
name: Phenotypic abnormality

[Term]
id: HP:0001166
name: Arachnodactyly
alt_id: HP:0001505
is_a: HP:0000118
"""
COLUMNS_2021 = (
    "#DatabaseID\tDiseaseName\tQualifier\tHPO_ID\tReference\tEvidence\tOnset\tFrequency\tSex\tModifier"
    "\tAspect\tBiocuration"
)
COLUMNS_2023 = "\t".join(HPOA_COLUMNS)
ROWS = """OMIM:154700\tMARFAN SYNDROME\t\tHP:0001505\tPMID:1\tPCS\t\t3/4\t\t\tP\tHPO:a[2012-01-01]
OMIM:154700\tMARFAN SYNDROME\t\tHP:0000118\tPMID:1\tPCS\t\t9/7\t\t\tP\tHPO:a[2012-01-01]
"""
GENES_2021 = (
    "#Format: HPO-id<tab>HPO label<tab>entrez-gene-id<tab>entrez-gene-symbol<tab>…\n"
    "HP:0001166\tArachnodactyly\t2200\tFBN1\t-\tmim2gene\tOMIM:154700\n"
)
GENES_2023 = (
    "hpo_id\thpo_name\tncbi_gene_id\tgene_symbol\tdisease_id\nHP:0001166\tArachnodactyly\t2200\tFBN1\tOMIM:154700\n"
)


def write_release(folder: Path, columns: str, genes: str) -> HpoRelease:
    contents = {"hp.obo": OBO, "phenotype.hpoa": f"#version: x\n{columns}\n{ROWS}", "phenotype_to_genes.txt": genes}
    for name, text in contents.items():
        (folder / name).write_text(text, "utf-8")
    pins = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in contents.items()}
    return HpoRelease("2001-01", "2001-01-01", "madeup==1.0", "madeup", 1, "phenotype_to_genes.txt", pins)


@pytest.fixture(params=[(COLUMNS_2021, GENES_2021), (COLUMNS_2023, GENES_2023)], ids=["2021", "2023"])
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Snapshot:
    return build_as_of(write_release(tmp_path, *request.param), tmp_path, tmp_path / "graph")


def test_a_release_of_either_layout_is_read(built: Snapshot) -> None:
    marfan, gene = TermId("OMIM", "154700"), TermId("NCBIGENE", "2200")
    (symptom,) = built.edges_from(marfan, relations=[Relation.HAS_SYMPTOM])
    assert (symptom.object, symptom.evidence.source_version) == (TermId("HP", "0001166"), "2001-01-01")
    assert [edge.object for edge in built.edges_from(gene)] == [marfan]


def test_a_row_that_cannot_be_read_is_noted(built: Snapshot) -> None:
    assert [issue["category"] for issue in built.manifest["issues"]] == ["unreadable-row"]


def test_nothing_of_a_later_day_is_in_it(built: Snapshot) -> None:
    manifest = built.manifest
    assert {entry["source"] for entry in manifest["sources"]} == {"hpo", "hpoa", "hpo-genes"}
    assert {entry["version"] for entry in manifest["sources"]} == {"2001-01-01"}
    assert {entry["source"] for entry in manifest["missing_sources"]} == SOURCES.keys() - {"hpo", "hpoa", "hpo-genes"}
    assert manifest["as_of"] == "2001-01"
    assert built.node_counts().keys() == {Label.DISEASE, Label.GENE, Label.PUBLICATION, Label.SYMPTOM}


@pytest.mark.parametrize("genes", ["", "gene\tdisease\n", GENES_2023.replace("2200", "FBN1"), GENES_2021 + "cut\n"])
def test_another_gene_table_is_refused(genes: str, tmp_path: Path) -> None:
    (tmp_path / "genes.txt").write_text(genes, "utf-8")
    with pytest.raises(FileFormatError):
        list(read_phenotype_to_genes(tmp_path / "genes.txt", SOURCES["hpo-genes"]))
