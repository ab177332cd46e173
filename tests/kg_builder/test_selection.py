"""Which sources a build reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.catalogue import SOURCES
from kg_builder.selection import select_sources
from ontologies.errors import InputError

_SHARE_ALIKE = replace(SOURCES["ansm"], key="share-alike", licence="CC-BY-NC-SA-4.0", opt_in=True)
_ALL = (*SOURCES.values(), _SHARE_ALIKE)


def test_the_default_build_reads_what_packages_carry() -> None:
    selection = select_sources(sources=_ALL)
    assert selection.chosen == {source.key for source in _ALL if not source.full and not source.opt_in}
    assert selection.left_out["mondo"] == "not read without --full"


def test_full_reads_all_but_what_is_off_for_its_licence() -> None:
    selection = select_sources(full=True, sources=_ALL)
    assert selection.chosen == {source.key for source in _ALL if not source.opt_in}
    assert "CC-BY-NC-SA-4.0" in selection.left_out["share-alike"]
    assert "--include-source share-alike" in selection.left_out["share-alike"]


def test_an_included_source_is_read_without_full_and_against_its_licence() -> None:
    selection = select_sources(include=["mondo", "share-alike"], sources=_ALL)
    assert {"mondo", "share-alike"} <= selection.chosen
    assert "ansm" not in selection.chosen


def test_a_licence_is_stronger_than_an_inclusion() -> None:
    licences = ["HPO licence", "CC0-1.0"]
    selection = select_sources(full=True, include=["share-alike"], licences=licences, sources=_ALL)
    assert {next(s.licence for s in _ALL if s.key == key) for key in selection.chosen} == {*licences}
    assert "--licence" in selection.left_out["share-alike"]


@given(
    st.booleans(),
    st.sets(st.sampled_from(sorted(source.key for source in _ALL))),
    st.sets(st.sampled_from(sorted(source.key for source in _ALL if source.key != "hpo"))),
)
def test_every_source_is_chosen_or_left_out_with_a_reason(full: bool, include: set[str], exclude: set[str]) -> None:
    selection = select_sources(full=full, include=include - exclude, exclude=exclude, sources=_ALL)
    assert selection.chosen | selection.left_out.keys() == {source.key for source in _ALL}
    assert not selection.chosen & selection.left_out.keys()
    assert include - exclude <= selection.chosen
    assert exclude <= selection.left_out.keys()
    assert all(selection.left_out.values())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"include": ["nothing"]}, "unknown source"),
        ({"exclude": ["nothing"]}, "unknown source"),
        ({"licences": ["GPL"]}, "unknown licence"),
        ({"include": ["ansm"], "exclude": ["ansm"]}, "both included and excluded"),
        ({"exclude": ["hpo"]}, "cannot be left out"),
        ({"licences": ["MIT"]}, "cannot be left out"),
    ],
)
def test_a_choice_that_makes_no_sense_is_bad_input(options: dict[str, list[str]], said: str) -> None:
    with pytest.raises(InputError, match=said):
        select_sources(**options)  # type: ignore[arg-type]
