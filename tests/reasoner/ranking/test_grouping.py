"""Subtypes under the disease that a clinician would name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.errors import GraphDamagedError
from reasoner.ranking.grouping import (
    Grouping,
    compile_grouping,
    group_diseases,
    group_scores,
    name_stem,
    short_series,
)
from tests.reasoner.clinic import DISEASES, clinic_snapshot

NAMES = {
    "OMIM:1": "Noonan syndrome 1",
    "OMIM:2": "Noonan syndrome 4",
    "OMIM:3": "LEOPARD syndrome 1",
    "OMIM:4": "Laryngeal abductor paralysis",
    "OMIM:5": "Laryngomalacia",
    "OMIM:6": "Tuberous sclerosis-1",
    "OMIM:7": "Tuberous sclerosis-2",
    "OMIM:8": "Marfan syndrome",
}
CLASSES = {"MONDO:1": "Noonan syndrome", "MONDO:2": "RASopathy", "MONDO:3": "laryngeal disorder"}
PARENTS = {
    "OMIM:1": [("MONDO:1", 1)],
    "OMIM:2": [("MONDO:1", 1)],
    "MONDO:1": [("MONDO:2", 1)],
    "OMIM:3": [("MONDO:2", 1)],
    "OMIM:4": [("MONDO:3", 1)],
    "OMIM:5": [("MONDO:3", 1)],
}


def test_subtypes_go_under_the_class_that_bears_their_stem() -> None:
    groups = {group.id: group for group in group_diseases(NAMES, PARENTS, CLASSES)}
    assert groups["MONDO:1"].members == ("OMIM:1", "OMIM:2")
    assert groups["MONDO:1"].name == "Noonan syndrome"


def test_an_anatomical_class_or_one_without_a_shared_word_is_no_group() -> None:
    members = {member for group in group_diseases(NAMES, PARENTS, CLASSES) for member in group.members}
    assert members.isdisjoint({"OMIM:3", "OMIM:4", "OMIM:5", "OMIM:8"})


def test_without_classes_like_named_entries_are_a_series() -> None:
    groups = {group.id: group for group in group_diseases(NAMES, {}, {})}
    assert groups["SERIES:tuberous-sclerosis"].members == ("OMIM:6", "OMIM:7")
    assert groups["SERIES:noonan-syndrome"].name == "Noonan syndrome"
    assert len(groups) == 2


def test_a_series_is_called_as_its_members_are_written() -> None:
    (group,) = group_diseases({"OMIM:1": "Loeys-Dietz syndrome 1", "OMIM:2": "Loeys-Dietz syndrome 2"}, {}, {})
    assert group.name == "Loeys-Dietz syndrome"


def test_a_class_that_is_itself_a_candidate_heads_its_group() -> None:
    names = {"OMIM:1": "Alport syndrome, X-linked", "OMIM:2": "Alport syndrome 2", "ORPHA:63": "Alport syndrome"}
    parents = {"OMIM:1": [("ORPHA:63", 1)], "OMIM:2": [("ORPHA:63", 1)]}
    (group,) = group_diseases(names, parents, {"ORPHA:63": "Alport syndrome"})
    assert (group.id, group.members) == ("ORPHA:63", ("OMIM:1", "OMIM:2", "ORPHA:63"))


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Noonan syndrome 4", "noonan syndrome"),
        ("Ehlers-Danlos syndrome, periodontal type, 1", "ehlers danlos syndrome periodontal"),
        ("Retinitis pigmentosa 7", "retinitis pigmentosa"),
        ("Mucopolysaccharidosis type IIIA", "mucopolysaccharidosis type iiia"),
        ("Alport syndrome 3, autosomal dominant", "alport syndrome"),
        ("Marfan syndrome", "marfan syndrome"),
        ("Weill-Marchesani syndrome 2, dominant", "weill marchesani syndrome"),
        ("IV", "iv"),
    ],
)
def test_stems(name: str, stem: str) -> None:
    assert name_stem(name) == stem


def test_a_short_series_is_of_one_vocabulary_and_no_list_of_genes() -> None:
    names = {f"OMIM:{number}": f"Retinitis pigmentosa {number}" for number in range(100, 111)}
    names |= {"OMIM:1": "Noonan syndrome 1", "OMIM:2": "Noonan syndrome 2", "ORPHA:648": "Noonan syndrome"}
    assert short_series(names) == [["OMIM:1", "OMIM:2"]]
    assert len(short_series({entry: name for entry, name in names.items() if entry != "OMIM:110"})) == 2


@given(
    st.dictionaries(st.integers(0, 40), st.sampled_from(["alpha 1", "alpha 2", "beta", "beta 3", "gamma"]), min_size=1)
)
def test_no_candidate_is_in_two_groups(names: dict[int, str]) -> None:
    groups = group_diseases({f"OMIM:{key}": name for key, name in names.items()}, {}, {})
    members = [member for group in groups for member in group.members]
    assert len(members) == len(set(members))
    assert all(len(group.members) > 1 for group in groups)


@given(st.lists(st.tuples(st.floats(-50, 50), st.integers(0, 5)), min_size=1, max_size=30))
def test_a_group_is_at_least_as_likely_as_its_likeliest_member(rows: list[tuple[float, int]]) -> None:
    scores = np.array([score for score, _ in rows], dtype=np.float32)
    numbers = np.unique([number for _, number in rows], return_inverse=True)[1]
    result = group_scores(scores, numbers)
    for score, number in zip(scores, numbers, strict=True):
        assert result[number] >= score - 1e-4


def test_a_build_keeps_its_groups(tmp_path: Path) -> None:
    snapshot = clinic_snapshot(tmp_path)
    compile_grouping(snapshot)
    grouping = Grouping.open(snapshot.folder)
    group = grouping.group_of("OMIM:100003")
    assert group is not None
    assert group.id == "SERIES:disease"
    assert grouping.group_of("ORPHA:9") is None
    names, numbers = grouping.numbered(list(DISEASES))
    assert len(names) == len(set(numbers.tolist())) == len(DISEASES) - len(group.members) + 1


def test_damaged_groups_are_said(tmp_path: Path) -> None:
    snapshot = clinic_snapshot(tmp_path)
    compile_grouping(snapshot)
    (snapshot.folder / "derived" / "grouping.json").write_text('[{"id": "X:1"}', "utf-8")
    with pytest.raises(GraphDamagedError, match="groups"):
        Grouping.open(snapshot.folder)
