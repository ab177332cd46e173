"""A diagnosis as a clinician reads it: terminal text and Markdown."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

from kg_builder.snapshot import Snapshot
from ontologies.annotation import AssertionStatus
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import Diagnosis, RankedNode
from reasoner.intake.case import Finding

__all__ = ["markdown_report", "text_report"]

_SHOWN_IN_FULL = 3
_SHOWN_REFERENCES = 3
# Strength of evidence in words, by decimal logarithm of the likelihood ratio against the mean disease.
_STRENGTH = ((6.0, "very strong"), (4.0, "strong"), (2.0, "moderate"), (0.5, "weak"), (-math.inf, "none"))
_MARK = {
    AssertionStatus.PRESENT: "+",
    AssertionStatus.ABSENT: "-",
    AssertionStatus.POSSIBLE: "?",
    AssertionStatus.CONDITIONAL: "if",
    AssertionStatus.HISTORICAL: "past",
}


def text_report(diagnosis: Diagnosis, snapshot: Snapshot, *, language: str = "en") -> str:
    """The report for a terminal."""
    return "\n".join(_lines(diagnosis, snapshot, language, heading=str.upper, item="  ", bold=lambda text: text)) + "\n"


def markdown_report(diagnosis: Diagnosis, snapshot: Snapshot, *, language: str = "en") -> str:
    """The report as Markdown."""
    lines = _lines(
        diagnosis, snapshot, language, heading=lambda text: f"\n## {text}\n", item="- ", bold=lambda text: f"**{text}**"
    )
    return f"# Diagnosis of {diagnosis.case.id}\n" + "\n".join(lines) + "\n"


def strength(log10_likelihood_ratio: float) -> str:
    """Strength of evidence in words."""
    return next(word for bound, word in _STRENGTH if log10_likelihood_ratio >= bound)


def _lines(
    diagnosis: Diagnosis,
    snapshot: Snapshot,
    language: str,
    *,
    heading: Callable[[str], str],
    item: str,
    bold: Callable[[str], str],
) -> Iterator[str]:
    for issue in diagnosis.case.issues:
        yield f"{item}{issue}"
    yield heading("Findings")
    yield from (f"{item}{_finding(finding, snapshot, language)}" for finding in _unique(diagnosis.case.findings))
    if diagnosis.abstained is not None:
        yield f"{item}{bold('No diagnosis')} ({diagnosis.abstained.code.value}): {diagnosis.abstained.reason}"
    if diagnosis.differential:
        yield heading("Differential")
    for place in diagnosis.differential:
        yield f"{item}{place.ranked.rank:g}. {bold(_name(place, language))}  {place.node.id}  {_codes(place)}"
        ratio = place.ranked.log10_likelihood_ratio
        yield f"{item}   evidence {strength(ratio)}, log10 LR {ratio:.1f}"
        if place.ranked.rank <= _SHOWN_IN_FULL:
            yield from (f"{item}   {line}" for line in _explanation(place, snapshot, language))
    yield heading("About")
    yield f"{item}graph {diagnosis.build_id[:16]}"
    if diagnosis.missing_sources:
        yield f"{item}built without {', '.join(diagnosis.missing_sources)}"
    yield f"{item}Evidence is ranked, not proved true of this patient: a physician decides."


def _unique(findings: Iterable[Finding]) -> list[Finding]:
    held: dict[tuple[TermId, AssertionStatus, str], Finding] = {}
    for finding in findings:
        held.setdefault((finding.term, finding.status, finding.experiencer), finding)
    return list(held.values())


def _finding(finding: Finding, snapshot: Snapshot, language: str) -> str:
    who = "" if finding.experiencer == "patient" else f" ({finding.experiencer})"
    quote = f"  “{finding.text}”" if finding.text else ""
    return f"{_MARK[finding.status]} {_term_name(finding.term, snapshot, language)} {finding.term}{who}{quote}"


def _term_name(term: TermId | None, snapshot: Snapshot, language: str) -> str:
    node = None if term is None else snapshot.node(term)
    if node is None:
        return str(term)
    return node.name_zh if language == "zh" and node.name_zh else node.name


def _name(place: RankedNode, language: str) -> str:
    return place.node.name_zh if language == "zh" and place.node.name_zh else place.node.name


def _codes(place: RankedNode) -> str:
    predicates: dict[str, set[str]] = {}
    for edge in place.codes:
        predicate = edge.property("predicate")
        predicates.setdefault(edge.object.local, set()).update([] if predicate is None else [str(predicate)])
    shown = [f"{code} ({', '.join(sorted(said))})" if said else code for code, said in sorted(predicates.items())]
    return f"ICD {', '.join(shown)}" if shown else "no ICD code in this graph"


def _explanation(place: RankedNode, snapshot: Snapshot, language: str) -> Iterator[str]:
    for part in sorted(place.explanation, key=lambda part: (-part.log_likelihood_ratio, part.finding)):
        finding = _term_name(part.finding, snapshot, language)
        matched = "" if part.matched in (None, part.finding) else f" by {_term_name(part.matched, snapshot, language)}"
        cells = [snapshot.edge_at(edge).evidence.reference or "" for edge in part.edges]
        references = list(dict.fromkeys(reference for cell in cells for reference in cell.split(";") if reference))
        more = f" and {len(references) - _SHOWN_REFERENCES} more" if len(references) > _SHOWN_REFERENCES else ""
        cited = f"  [{', '.join(references[:_SHOWN_REFERENCES])}{more}]" if references else ""
        yield f"{part.log_likelihood_ratio / math.log(10):+.2f} {finding}{matched} ({part.match_type}){cited}"
