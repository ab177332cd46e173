"""Data frames hold what the objects hold."""

from __future__ import annotations

import pytest

from kg_builder.snapshot import Snapshot
from reasoner.diagnosis.diagnosis import Diagnosis, diagnose
from reasoner.diagnosis.frames import differential_frame, explanation_frame, findings_frame
from reasoner.intake.case import Case
from reasoner.intake.reading import parse_terms
from reasoner.intake.vocabulary import SnapshotVocabulary
from reasoner.ranking.case_ranker import CaseRanker


@pytest.fixture(scope="module")
def diagnosis(clinic: Snapshot) -> Diagnosis:
    case = parse_terms("HP:0001166,HP:0001083,-HP:0001250", SnapshotVocabulary(clinic))
    return diagnose(clinic, CaseRanker.open(clinic), case, top=7)


def test_findings_have_a_row_each(diagnosis: Diagnosis) -> None:
    frame = findings_frame(diagnosis.case)
    assert frame["term"].to_list() == [str(one.term) for one in diagnosis.case.findings]
    assert frame.filter(frame["status"] == "absent")["term"].to_list() == ["HP:0001250"]
    assert frame["start"].null_count() == frame.height


def test_places_are_in_order_and_their_parts_make_the_score(diagnosis: Diagnosis) -> None:
    frame = differential_frame(diagnosis)
    assert frame["rank"].to_list() == list(range(1, 8))
    parts = frame["log10_likelihood_ratio"] + frame["correction"] + frame["priors"]
    assert parts.to_list() == pytest.approx(frame["score"].to_list(), abs=1e-4)


def test_an_explanation_names_what_it_rests_on(diagnosis: Diagnosis) -> None:
    frame = explanation_frame(diagnosis)
    assert frame.height == len(diagnosis.case.observed)
    total = differential_frame(diagnosis)["log10_likelihood_ratio"][0]
    assert frame["log10_likelihood_ratio"].sum() == pytest.approx(total, abs=1e-4)
    references = dict(zip(frame["finding"], frame["references"].to_list(), strict=True))
    assert references == {"Arachnodactyly": ["PMID:1"], "Ectopia lentis": ["PMID:1", "PMID:2"]}


def test_what_is_not_there_gives_no_rows(diagnosis: Diagnosis) -> None:
    assert explanation_frame(diagnosis, rank=99).is_empty()
    assert findings_frame(Case("empty")).columns == findings_frame(diagnosis.case).columns
    assert findings_frame(Case("empty")).is_empty()
