"""A diagnosis as a clinician reads it: terminal text and Markdown, in English or Chinese."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import chain

from kg_builder.edge import Edge
from kg_builder.node import Node
from ontologies.annotation import AssertionStatus
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import Diagnosis, RankedNode, codes_of
from reasoner.diagnosis.entities import Entity
from reasoner.diagnosis.next_findings import NextFinding
from reasoner.intake.case import Finding
from reasoner.ranking.case_ranking import CaseRanking, RankedDisease

__all__ = ["markdown_report", "strength", "text_report"]

_SHOWN_IN_FULL = 3
_SHOWN_MEMBERS = 5
_SHOWN_REFERENCES = 3
_SHOWN_CODES = 4
# Strength of evidence in words, by decimal logarithm of the likelihood ratio against the mean disease.
_STRENGTH = ((6.0, "very strong"), (4.0, "strong"), (2.0, "moderate"), (0.5, "weak"), (-math.inf, "none"))
_MARK = {
    AssertionStatus.PRESENT: "+",
    AssertionStatus.ABSENT: "-",
    AssertionStatus.POSSIBLE: "?",
    AssertionStatus.CONDITIONAL: "if",
    AssertionStatus.HISTORICAL: "past",
}


def text_report(diagnosis: Diagnosis, *, language: str = "en") -> str:
    """The report for a terminal."""
    report = _Report(diagnosis, language, bold=lambda text: text)
    lines = [line for title, body in report.sections() for line in (title.upper(), *(f"  {row}" for row in body), "")]
    return "\n".join(lines[:-1]) + "\n"


def markdown_report(diagnosis: Diagnosis, *, language: str = "en") -> str:
    """The report as Markdown."""
    report = _Report(diagnosis, language, bold=lambda text: f"**{text}**")
    lines = [f"# {report.word('title')} {diagnosis.case.id}", ""]
    for title, body in report.sections():
        lines += [f"## {title}", "", *(f"{row[: len(row) - len(row.lstrip())]}- {row.lstrip()}" for row in body), ""]
    return "\n".join(lines[:-1]) + "\n"


def strength(log10_likelihood_ratio: float) -> str:
    """Strength of evidence in words."""
    return next(word for bound, word in _STRENGTH if log10_likelihood_ratio >= bound)


@cache
def _words(language: str) -> dict[str, str]:
    text = files("reasoner.diagnosis").joinpath("report_words.tsv").read_text("utf-8")
    return {row["key"]: row[language] for row in csv.DictReader(text.splitlines(), delimiter="\t")}


class _Report:
    def __init__(self, diagnosis: Diagnosis, language: str, *, bold: Callable[[str], str]) -> None:
        self._diagnosis = diagnosis
        self._snapshot = diagnosis.snapshot
        self._words = _words("zh" if language == "zh" else "en")
        self._is_chinese = language == "zh"
        self._bold = bold

    def word(self, key: str) -> str:
        return self._words[key]

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """Titles and lines; a section without a line is left out, the first two and the last never."""
        ranking = self._diagnosis.ranking
        yield self.word("findings"), [*map(str, self._diagnosis.issues), *self._findings()]
        yield self.word("differential"), [*self._abstention(), *self._confidence(), *self._differential()]
        if ranking is not None:
            for key, lines in (
                ("urgent", self._urgent()),
                ("questions", (self._question(ranking, each) for each in self._diagnosis.questions)),
                ("pair", self._pair(ranking)),
                ("genes", self._genes(ranking)),
                ("proposals", self._proposals()),
            ):
                if body := list(lines):
                    yield self.word(key), body
        yield self.word("about"), list(self._about())

    def _findings(self) -> Iterator[str]:
        held: dict[tuple[TermId, AssertionStatus, str], Finding] = {}
        for finding in self._diagnosis.case.findings:
            held.setdefault((finding.term, finding.status, finding.experiencer), finding)
        for finding in held.values():
            who = "" if finding.experiencer == "patient" else f" ({self.word(finding.experiencer)})"
            quote = f"  “{' '.join(finding.text.split())}”" if finding.text else ""
            yield f"{_MARK[finding.status]} {self._name(finding.term)} {finding.term}{who}{quote}"

    def _abstention(self) -> Iterator[str]:
        abstained = self._diagnosis.abstained
        if abstained is not None:
            yield f"{self._bold(self.word('no_diagnosis'))} ({abstained.code.value}): {abstained.reason}"

    def _confidence(self) -> Iterator[str]:
        held = self._diagnosis.confidence
        if held is not None:
            yield f"{self.word('leading_right')}: {self._of_ten(held.entity_is_right)}"
            yield f"{self.word('in_graph')}: {self._of_ten(held.in_graph)}"

    def _of_ten(self, probability: float) -> str:
        """A calibrated probability as it is met: so many of ten such cases."""
        count = round(10 * probability)
        key = "hardly_any" if count == 0 else "nearly_all" if count == 10 else "of_ten"
        return self.word(key).format(count=count, share=f"{probability:.0%}")

    def _differential(self) -> Iterator[str]:
        places = {place.ranked.number: place for place in self._diagnosis.differential}
        if not self._diagnosis.entities:
            for place in self._diagnosis.differential:
                yield self._heading(place.ranked.rank, self._shown(place.node), str(place.node.id), place.ranked)
        for entity in self._diagnosis.entities:
            leader = entity.members[0]
            if len(entity.members) == 1:
                # Also where the patient's genes leave one member of a series: it is named by its own id.
                yield self._heading(entity.rank, self._name(leader.id), str(leader.id), leader)
                yield f"   {_codes(codes_of(self._snapshot, leader.id)) or self.word('no_code')}"
            else:
                name = f"{self._entity_name(entity)} ({len(entity.members)} {self.word('entries')})"
                yield self._heading(entity.rank, name, entity.id, leader)
                yield from self._members(entity)
            if entity.rank <= _SHOWN_IN_FULL and leader.number in places:
                yield from self._explanation(places[leader.number])

    def _heading(self, rank: int, name: str, key: str, ranked: RankedDisease) -> str:
        ratio = ranked.log10_likelihood_ratio
        shown = "" if key.startswith("SERIES:") else f"  {key}"
        evidence = f"{self.word('evidence')} {self.word(strength(ratio))}"
        return f"{rank}. {self._bold(name)}{shown}  {evidence}, log10 LR {ratio:.1f}"

    def _members(self, entity: Entity) -> Iterator[str]:
        separator = entity.distinguished_by
        for position, member in enumerate(entity.members[:_SHOWN_MEMBERS]):
            genes = separator.genes[position] if separator is not None and position < len(separator.genes) else ()
            symbols = sorted({self._name(edge.subject) for edge in genes})
            cause = f"  {self.word('gene')} {', '.join(symbols)}" if symbols else ""
            codes = _codes(codes_of(self._snapshot, member.id))
            yield f"   {self._name(member.id)}  {member.id}{cause}{f'  {codes}' if codes else ''}"
        ranking = self._diagnosis.ranking
        if separator is not None and separator.term is not None and ranking is not None:
            shares = ", ".join(
                f"{member.id} {share:.0%}" for member, share in zip(entity.members, separator.frequencies, strict=False)
            )
            yield f"   {self.word('told_apart')}: {self._name(ranking.index.term_id(separator.term))} ({shares})"

    def _explanation(self, place: RankedNode) -> Iterator[str]:
        for part in sorted(place.explanation, key=lambda part: (-part.log_likelihood_ratio, part.finding)):
            matched = part.matched
            met = "" if matched in (None, part.finding) else f" {self.word('by')} {self._name(matched)}"
            learned = f" {part.correction / math.log(10):+.2f}" if part.correction else ""
            ratio = f"{part.log_likelihood_ratio / math.log(10):+.2f}{learned}"
            yield f"   {ratio} {self._name(part.finding)}{met} ({part.match_type}){self._references(part.edges)}"

    def _references(self, edges: Iterable[int]) -> str:
        cited = (self._snapshot.edge_at(edge).evidence.references for edge in edges)
        references = list(dict.fromkeys(chain.from_iterable(cited)))
        if not references:
            return ""
        left = len(references) - _SHOWN_REFERENCES
        more = f" {self.word('more').format(count=left)}" if left > 0 else ""
        return f"  [{', '.join(references[:_SHOWN_REFERENCES])}{more}]"

    def _urgent(self) -> Iterator[str]:
        for held in self._diagnosis.urgent:
            tests = "; ".join(
                test.name_zh if self._is_chinese and test.name_zh else test.name for test in held.settled_by
            )
            settled = f"  {self.word('settled_by')}: {tests}" if tests else ""
            yield f"! {self._shown(held.node)}  {held.node.id}  ({self.word('place')} {held.place.rank}){settled}"

    def _question(self, ranking: CaseRanking, question: NextFinding) -> str:
        present, absent = (
            self._name(ranking.index.disease_ids[answer.disease]) for answer in (question.present, question.absent)
        )
        told = f"{self.word('if_present')}: {present}; {self.word('if_absent')}: {absent}"
        if question.present.disease == question.absent.disease:
            told = f"{self.word('either_way')}: {present}"
        term = ranking.index.term_id(question.term)
        return f"? {self._name(term)} {term}  {told} {self.word('leads')}"

    def _pair(self, ranking: CaseRanking) -> Iterator[str]:
        pair = self._diagnosis.pair
        if pair is None:
            return
        for disease, terms in ((pair.first, pair.first_terms), (pair.second, pair.second_terms)):
            name = ranking.index.disease_ids[disease]
            shown = ", ".join(self._name(ranking.index.term_id(term)) for term in terms)
            yield f"{self._name(name)} {name}  {self.word('explains')}: {shown}"

    def _genes(self, ranking: CaseRanking) -> Iterator[str]:
        for gene in self._diagnosis.genes:
            disease = "" if gene.best is None else ranking.index.disease_ids[gene.best]
            told = f"  {self._name(disease)} {disease}" if isinstance(disease, TermId) else ""
            yield f"{gene.rank:g}. {gene.match.node.name}{told}"

    def _proposals(self) -> Iterator[str]:
        for held in self._diagnosis.proposals:
            reason = held.rejection
            fate = self.word("stands") if reason is None else f"{self.word('rejected')}: {self.word(reason.value)}"
            yield f"{held.proposal.rank}. {held.proposal.text}  {fate}"

    def _about(self) -> Iterator[str]:
        yield f"{self.word('graph')} {self._diagnosis.build_id[:16]}"
        ranking = self._diagnosis.ranking
        impossible = {} if ranking is None else ranking.impossible
        if impossible:
            counts = ", ".join(f"{self._words.get(name, name)} {count:,}" for name, count in impossible.items())
            yield f"{self.word('impossible')}: {counts}"
        if self._diagnosis.missing_sources:
            yield f"{self.word('built_without')} {', '.join(self._diagnosis.missing_sources)}"
        yield self.word("caution")

    def _entity_name(self, entity: Entity) -> str:
        if not entity.id.startswith("SERIES:"):
            return self._name(TermId.parse(entity.id))
        # A series is no node of the graph: it is called as its member of the same name is.
        nodes = (self._snapshot.node_at(member.node_index) for member in entity.members)
        namesake = next((node for node in nodes if node.name.casefold() == entity.name.casefold()), None)
        return entity.name if namesake is None else self._shown(namesake)

    def _name(self, term: TermId | None) -> str:
        node = None if term is None else self._snapshot.node(term)
        return str(term) if node is None else self._shown(node)

    def _shown(self, node: Node) -> str:
        return node.name_zh if self._is_chinese and node.name_zh else node.name


def _codes(edges: Iterable[Edge]) -> str:
    """The codes with their predicates, exact ones first."""
    predicates: dict[str, set[str]] = {}
    for edge in edges:
        predicate = edge.property("predicate")
        predicates.setdefault(edge.object.local, set()).update([] if predicate is None else [str(predicate)])
    ordered = sorted(predicates.items(), key=lambda item: ("exact" not in item[1], item[0]))
    shown = [f"{code} ({', '.join(sorted(said))})" if said else code for code, said in ordered[:_SHOWN_CODES]]
    return f"ICD {', '.join(shown)}{' …' if len(ordered) > _SHOWN_CODES else ''}" if shown else ""
