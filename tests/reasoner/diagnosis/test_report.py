"""What a clinician reads: findings with their status, places with codes and references, abstention."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from kg_builder.snapshot import Snapshot
from ontologies.annotation import AssertionStatus
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId
from reasoner.diagnosis.abstention import AbstentionCode
from reasoner.diagnosis.diagnosis import Diagnosis, diagnose
from reasoner.diagnosis.next_findings import Answer, NextFinding
from reasoner.diagnosis.report import markdown_report, text_report
from reasoner.diagnosis.words import screen_words, strength
from reasoner.intake.case import Case, Finding
from reasoner.ranking.case_ranker import CaseRanker
from tests.reasoner.clinic import clinic_snapshot

SEIZURE = TermId("HP", "0001250")
LENS = TermId("HP", "0001083")
MET_BY_A_DIAGNOSIS = (
    AbstentionCode.NO_FINDING,
    AbstentionCode.NO_LINK,
    AbstentionCode.CONTRADICTION,
    AbstentionCode.NOTHING_STANDS_OUT,
)


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
    assert "told apart by: Seizure (2: " in first
    assert "not recorded in 0 / 1" in first
    assert first.count("[PMID:1, PMID:2, unreviewed]") == 1
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
    said = screen_words("en")[strength(series.members[0].log10_likelihood_ratio)]
    assert f"  1. disease 1  OMIM:100001  evidence: {said}" in report
    assert "     ICD X00.1\n" in report


def test_a_question_says_what_each_answer_would_change(clinic: Snapshot) -> None:
    found = replace(diagnosis_of(clinic, present(LENS)), entities=())
    leads, comes_second = Answer(0, 0.9, 1), Answer(0, 0.6, 2)
    same, other = NextFinding(0, 0.1, 0.5, leads, comes_second), NextFinding(0, 0.1, 0.5, leads, Answer(1, 0.6, 0))
    lines = text_report(replace(found, questions=(same, other))).split("LOOK FOR NEXT\n")[1].splitlines()
    second = "if present: disease 1 comes second; if absent: disease 2 comes second"
    assert lines[0].endswith(f"{second} (disease 0 leads either way)")
    assert lines[1].endswith("if present: disease 0 leads; if absent: disease 1 leads")


def test_where_no_answer_would_change_the_first_places_that_is_said(clinic: Snapshot) -> None:
    found = replace(diagnosis_of(clinic, present(LENS)), questions=())
    assert "No single further finding is expected to change the first two." in text_report(found)


def test_an_urgent_disease_is_shown_with_what_speaks_for_it_and_what_settles_it(tmp_path: Path) -> None:
    snapshot = clinic_snapshot(tmp_path, urgent="OMIM:100002")
    found = diagnosis_of(snapshot, present(SEIZURE))
    english, chinese = (text_report(found, language=language) for language in ("en", "zh"))
    assert "speaking for it: Seizure; settled by: electroencephalogram" in english
    assert "可由以下确定：脑电图" in chinese


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
    assert re.search(r"[\u4e00-\u9fff][:;,] ", report) is None


def test_a_chinese_report_keeps_quotes_and_says_what_it_can_of_issues_in_chinese(clinic: Snapshot) -> None:
    quoted = replace(present(SEIZURE), status=AssertionStatus.CONDITIONAL, text="发热, 抽搐")
    nothing = Issue(IssueLevel.WARNING, "no-finding", "no finding was recognised in note.txt", "Name findings")
    report = text_report(diagnosis_of(clinic, present(LENS), quoted, issues=(nothing,)), language="zh")
    assert "  [若] " in report
    assert "“发热, 抽搐”" in report
    assert "警告：未识别到任何所见" in report
    assert "no finding" not in report


def test_what_counts_beside_the_findings_is_said_of_the_leading_places(clinic: Snapshot) -> None:
    found = diagnosis_of(clinic, present(LENS))
    shares = {name: nats for name, nats in found.differential[0].ranked.priors.items() if nats}
    lines = [line for line in text_report(found).splitlines() if "beside the findings: " in line]
    assert shares
    assert all(screen_words("en")[f"prior_{name}"] in lines[0] for name in shares)


def test_an_abstention_is_in_the_language_of_the_report(clinic: Snapshot) -> None:
    assert "输入中未见患者本人的阳性所见" in text_report(diagnosis_of(clinic), language="zh")
    codes = {f"why_{code.value}" for code in AbstentionCode if code in MET_BY_A_DIAGNOSIS}
    assert codes <= set(screen_words("zh"))


def test_the_words_are_the_same_keys_in_both_languages_and_each_is_said() -> None:
    english, chinese = screen_words("en"), screen_words("zh")
    assert list(english) == list(chinese)
    assert all(english.values()) and all(chinese.values())
    places = [re.findall(r"\{\w+\}", words[key]) for key in english for words in (english, chinese)]
    assert [sorted(one) for one in places[::2]] == [sorted(one) for one in places[1::2]]


@pytest.mark.parametrize(
    ("ratio", "word"),
    [(7.0, "very strong"), (6.0, "very strong"), (4.0, "strong"), (2.0, "moderate"), (0.5, "weak"), (-3.0, "none")],
)
def test_strength_in_words(ratio: float, word: str) -> None:
    assert screen_words("en")[strength(ratio)] == word
