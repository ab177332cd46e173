"""Phenopackets, whole and broken."""

from __future__ import annotations

import io
import json
import math
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.errors import AitiaError, FileFormatError, InputError
from ontologies.issue import Issue
from ontologies.term_id import TermId
from reasoner.intake.phenopacket import parse_iso8601_years, read_phenopacket, read_phenopackets

FEVER, COUGH = TermId("HP", "0001945"), TermId("HP", "0012735")
MARFAN = TermId("OMIM", "154700")


def packet(**changes: Any) -> dict[str, Any]:
    document = {
        "id": "patient-1",
        "subject": {"id": "p", "sex": "FEMALE", "timeAtLastEncounter": {"age": {"iso8601duration": "P1Y6M"}}},
        "phenotypicFeatures": [
            {"type": {"id": str(FEVER), "label": "Fever"}},
            {"type": {"id": str(COUGH), "label": "Cough"}, "excluded": True},
        ],
        "interpretations": [{"id": "i", "diagnosis": {"disease": {"id": str(MARFAN), "label": "Marfan syndrome"}}}],
        "metaData": {"phenopacketSchemaVersion": "2.0", "externalReferences": [{"id": "PMID:123"}, {"id": "ISBN:1"}]},
    }
    return {**document, **changes}


def encode(**changes: Any) -> bytes:
    return json.dumps(packet(**changes)).encode()


def test_reads_findings_sex_age_truth_and_publication() -> None:
    case = read_phenopacket(encode())

    assert (case.observed, case.excluded) == ((FEVER,), (COUGH,))
    assert (case.id, case.sex, case.age_years) == ("patient-1", "FEMALE", 1.5)
    assert (case.diseases, case.publications) == ((MARFAN,), ("PMID:123",))


def test_diseases_count_where_no_interpretation_names_one() -> None:
    listed = [{"term": {"id": "OMIM:1"}}, {"term": {"id": "OMIM:2"}, "excluded": True}]

    assert read_phenopacket(encode(interpretations=[], diseases=listed)).diseases == (TermId("OMIM", "1"),)


def test_unknown_sex_and_age_stay_unknown() -> None:
    case = read_phenopacket(encode(subject={"sex": "UNKNOWN_SEX"}))

    assert (case.sex, case.age_years) == (None, None)


def test_an_age_range_is_its_middle() -> None:
    ends = {"start": {"iso8601duration": "P10Y"}, "end": {"iso8601duration": "P20Y"}}

    assert read_phenopacket(encode(subject={"timeAtLastEncounter": {"ageRange": ends}})).age_years == 15


def test_half_a_surrogate_pair_in_the_id_can_be_printed() -> None:
    assert read_phenopacket(encode(id="\ud800x")).id.encode() == b"?x"


def test_a_packet_without_features_is_said() -> None:
    case = read_phenopacket(encode(phenotypicFeatures=[]))

    assert [issue.category for issue in case.issues] == ["no-finding"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"\x00\xff\xfe\x01", "not JSON"),
        (b"fever and cough", "not JSON"),
        (b'{"subject": ', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a phenopacket"),
        (b'"text"', "not a phenopacket"),
        (b"{}", "not a phenopacket"),
        (b'{"name": "x"}', "not a phenopacket"),
        (b'{"phenotypic_features": []}', "snake_case"),
        (encode(phenotypicFeatures=[{"type": {"label": "Fever"}}]), "not a phenopacket"),
        (encode(phenotypicFeatures="fever"), "not a phenopacket"),
        (encode(phenotypicFeatures=5), "not a phenopacket"),
        (encode(subject=[]), "not a phenopacket"),
        (encode(subject={"sex": []}), "not a phenopacket"),
        (encode(phenotypicFeatures=[{"type": {"id": str(FEVER)}, "excluded": "yes"}]), "not a phenopacket"),
        (encode(metaData={"phenopacketSchemaVersion": "1.0.0"}), "version 1"),
        (encode(genes=[]), "version 1"),
        (encode(phenotypicFeatures=[{"type": {"id": str(FEVER)}, "negated": True}]), "version 1"),
    ],
)
def test_what_is_no_phenopacket_of_version_2_is_refused_with_a_remedy(data: bytes, message: str) -> None:
    with pytest.raises(FileFormatError, match=message) as caught:
        read_phenopacket(data)

    assert "\n" not in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("duration", ["P300Y", "P1600M"])
def test_an_impossible_age_is_refused(duration: str) -> None:
    time = {"age": {"iso8601duration": duration}}

    with pytest.raises(InputError, match="impossible age"):
        read_phenopacket(encode(subject={"timeAtLastEncounter": time}))


@pytest.mark.parametrize("identifier", ["fever", "", "HP 0001945"])
def test_what_is_no_identifier_is_refused(identifier: str) -> None:
    with pytest.raises(InputError, match="in input"):
        read_phenopacket(encode(phenotypicFeatures=[{"type": {"id": identifier}}]))


@given(
    st.dictionaries(
        st.sampled_from(["phenotypicFeatures", "subject", "interpretations", "diseases", "metaData", "id"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["type", "id", "age", "iso8601duration", "timeAtLastEncounter", "sex", "diagnosis"]
                    ),
                    inner,
                    max_size=3,
                )
            ),
            max_leaves=6,
        ),
    )
)
def test_any_json_gives_a_case_or_an_error_of_ours(document: dict[str, Any]) -> None:
    try:
        outcome: object = read_phenopacket(json.dumps(document).encode()).id
    except AitiaError as error:
        outcome = error.remedy

    assert outcome


@pytest.mark.parametrize(
    ("duration", "years"), [("P7Y", 7), ("P1Y6M", 1.5), ("P3M", 0.25), ("P0D", 0), ("P365.25D", 1), ("P1YT5H", 1)]
)
def test_durations_are_years(duration: str, years: float) -> None:
    assert math.isclose(parse_iso8601_years(duration), years, abs_tol=1e-12)


@pytest.mark.parametrize("duration", ["", "P", "7Y", "P-1Y", "P7", "PT", "P1Y6"])
def test_what_is_no_duration_is_refused(duration: str) -> None:
    with pytest.raises(InputError, match="not an ISO 8601 duration"):
        parse_iso8601_years(duration)


def test_folder_archive_lines_and_pairs_give_the_same_terms(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.json").write_bytes(encode())
    with tarfile.open(tmp_path / "a.tar.xz", "w:xz") as archive:
        member = tarfile.TarInfo("deep/a.json")
        member.size = len(encode())
        archive.addfile(member, io.BytesIO(encode()))
    (tmp_path / "a.jsonl").write_bytes(encode() + b"\n\n")
    (tmp_path / "pairs.json").write_text(json.dumps([[[str(FEVER)], [str(MARFAN)]]]))

    for name in ("folder", "folder/a.json", "a.tar.xz", "a.jsonl", "pairs.json"):
        (case,) = read_phenopackets(tmp_path / name)
        assert (case.observed, case.diseases) == ((FEVER,), (MARFAN,)), name


@pytest.mark.parametrize("name", ["empty", "broken.tar.xz", "missing.json", "pairs.json"])
def test_collections_without_cases_are_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.tar.xz").write_bytes(b"\xfd7zXZ\x00broken")
    (tmp_path / "pairs.json").write_text('[["HP:0001945"], 3]')

    with pytest.raises(InputError):
        list(read_phenopackets(tmp_path / name))


def test_broken_cases_are_described_and_left_out_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    good = json.dumps({"id": "good", "subject": {"id": "s"}})
    bad_age = json.dumps({"id": "old", "subject": {"timeAtLastEncounter": {"age": {"iso8601duration": "P900Y"}}}})
    path.write_text("\n".join([good, "{", "[]", bad_age, good]), "utf-8")
    issues: list[Issue] = []
    assert [case.id for case in read_phenopackets(path, issues=issues)] == ["good", "good"]
    assert [issue.category for issue in issues] == ["unreadable-case"] * 3
    assert "cases.jsonl:2" in issues[0].message
    assert all(issue.remedy for issue in issues)
    with pytest.raises(FileFormatError, match=r"cases\.jsonl:2"):
        list(read_phenopackets(path))


@pytest.mark.parametrize(("said", "count"), [("BLUE", 1), ("MALE", 0), ("UNKNOWN_SEX", 0), ("OTHER_SEX", 0)])
def test_a_sex_that_is_none_is_said(said: str, count: int) -> None:
    document = {"id": "c", "subject": {"sex": said}, "phenotypicFeatures": [{"type": {"id": "HP:0001166"}}]}
    case = read_phenopacket(json.dumps(document).encode())
    assert len([issue for issue in case.issues if issue.category == "sex"]) == count
