"""What a clinician reads: findings with their status, places with codes and references, abstention."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg_builder.snapshot import Snapshot
from ontologies.annotation import AssertionStatus
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import Diagnosis, diagnose
from reasoner.diagnosis.next_findings import Answer, NextFinding
from reasoner.diagnosis.report import markdown_report, strength, text_report
from reasoner.intake.case import Case, Finding
from reasoner.ranking.case_ranker import CaseRanker

SEIZURE = TermId("HP", "0001250")
LENS = TermId("HP", "0001083")


def diagnosis_of(clinic: Snapshot, *findings: Finding, issues: tuple[Issue, ...] = ()) -> Diagnosis:
    return diagnose(clinic, CaseRanker.open(clinic), Case("case", findings, issues=issues))


def present(term: TermId, *, experiencer: str = "patient") -> Finding:
    return Finding(term, str(term), AssertionStatus.PRESENT, experiencer)


@pytest.mark.parametrize(
    ("status", "mark"),
    [
        (AssertionStatus.PRESENT, "+"),
        (AssertionStatus.ABSENT, "-"),
        (AssertionStatus.POSSIBLE, "?"),
        (AssertionStatus.CONDITIONAL, "if"),
        (AssertionStatus.HISTORICAL, "past"),
    ],
)
def test_each_status_has_its_mark(status: AssertionStatus, mark: str, clinic: Snapshot) -> None:
    report = text_report(diagnosis_of(clinic, Finding(SEIZURE, "Seizure", status)))
    assert f"  {mark} Seizure HP:0001250\n" in report


def test_relatives_are_named_and_repeated_findings_shown_once(clinic: Snapshot) -> None:
    found = diagnosis_of(clinic, present(LENS), present(LENS), present(SEIZURE, experiencer="family"))
    report = text_report(found)
    assert report.count("+ Ectopia lentis HP:0001083\n") == 1
    assert "+ Seizure HP:0001250 (family)\n" in report


def test_an_entity_shows_its_members_codes_strength_and_each_reference_once(clinic: Snapshot) -> None:
    report = text_report(diagnosis_of(clinic, present(TermId("HP", "0001166")), present(LENS)))
    first = report[report.index("1. disease (12 entries)  evidence") : report.index("2. ")]
    assert "disease 0  OMIM:100000  ICD X00.0 (exact)\n" in first
    assert "told apart by: Seizure (OMIM:100000 0%" in first
    assert first.count("[PMID:1, PMID:2]") == 1
    assert "no ICD code in this graph" in report[report.index("2. ") :]


def test_code_without_predicate_is_shown_bare(clinic: Snapshot) -> None:
    report = text_report(diagnosis_of(clinic, present(LENS)))
    assert "OMIM:100001  ICD X00.1\n" in report


def test_codes_are_shown_beyond_the_places_that_are_explained(clinic: Snapshot) -> None:
    found = diagnose(clinic, CaseRanker.open(clinic), Case("case", (present(LENS),)), top=1)
    assert [str(place.node.id) for place in found.differential] == ["OMIM:100001"]
    assert "disease 0  OMIM:100000  ICD X00.0 (exact)\n" in text_report(found)


def test_what_is_left_of_a_series_is_named_by_its_own_id(clinic: Snapshot) -> None:
    found = diagnosis_of(clinic, present(LENS))
    series = found.entities[0]
    assert series.id.startswith("SERIES:")
    report = text_report(replace(found, entities=(replace(series, members=series.members[:1]),)))
    assert f"  1. disease 1  OMIM:100001  evidence {strength(series.members[0].log10_likelihood_ratio)}" in report
    assert "     ICD X00.1\n" in report


def test_a_question_whose_answers_leave_the_same_disease_leading_says_so(clinic: Snapshot) -> None:
    found = diagnosis_of(clinic, present(LENS))
    present_answer = Answer(0, 0.9)
    same, other = (NextFinding(0, 0.1, 0.5, present_answer, Answer(number, 0.6)) for number in (0, 1))
    same_line, other_line = (
        text_report(replace(found, questions=(same, other))).split("LOOK FOR NEXT\n")[1].splitlines()[:2]
    )
    assert same_line.endswith("present or absent: disease 0 leads")
    assert other_line.endswith("if present: disease 0; if absent: disease 1 leads")


def test_chinese_names_are_used_where_the_graph_has_them(clinic: Snapshot) -> None:
    found = diagnosis_of(clinic, present(LENS))
    assert "某病" in text_report(found, language="zh")
    assert "某病" not in text_report(found, language="en")


def test_abstention_and_issues_are_said(clinic: Snapshot) -> None:
    issue = Issue(IssueLevel.WARNING, "no-finding", "no finding was recognised", "Name findings")
    report = text_report(diagnosis_of(clinic, issues=(issue,)))
    assert "No diagnosis (no_finding)" in report
    assert str(issue) in report
    assert "1. " not in report


def test_markdown_has_headings_and_the_same_places(clinic: Snapshot) -> None:
    found = diagnosis_of(clinic, present(LENS))
    report = markdown_report(found)
    assert report.startswith("# Diagnosis of case\n")
    assert [line for line in report.splitlines() if line.startswith("## ")] == [
        "## Findings",
        "## Differential",
        "## Look for next",
        "## About",
    ]
    assert "**disease (12 entries)**" in report


def test_a_chinese_report_is_chinese_throughout(clinic: Snapshot) -> None:
    report = text_report(diagnosis_of(clinic, present(LENS)), language="zh")
    assert "鉴别诊断\n" in report
    assert "由医师决定" in report
    assert "Differential".upper() not in report


@pytest.mark.parametrize(
    ("ratio", "word"),
    [(7.0, "very strong"), (6.0, "very strong"), (4.0, "strong"), (2.0, "moderate"), (0.5, "weak"), (-3.0, "none")],
)
def test_strength_in_words(ratio: float, word: str) -> None:
    assert strength(ratio) == word
