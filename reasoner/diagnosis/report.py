"""A diagnosis as a clinician reads it: terminal text and Markdown, in English or Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ontologies.annotation import AssertionStatus
from ontologies.term_id import TermId
from reasoner.diagnosis.cannot_exclude import UrgentDiagnosis
from reasoner.diagnosis.diagnosis import Diagnosis
from reasoner.diagnosis.differential_text import DifferentialText
from reasoner.diagnosis.entities import Entity
from reasoner.diagnosis.look_alikes import Difference
from reasoner.diagnosis.next_findings import Answer, NextFinding
from reasoner.diagnosis.screen import Screen
from reasoner.intake.case import Finding
from reasoner.ranking.case_ranking import CaseRanking

__all__ = ["markdown_report", "text_report"]

_SHOWN_SUPPORT = 3
_MARK = {
    AssertionStatus.PRESENT: "+",
    AssertionStatus.ABSENT: "-",
    AssertionStatus.POSSIBLE: "?",
}


def text_report(diagnosis: Diagnosis, *, language: str = "en") -> str:
    """The report for a terminal."""
    report = _Report(diagnosis, language, bold=lambda text: text)
    lines = [line for title, body in report.sections() for line in (title.upper(), *(f"  {row}" for row in body), "")]
    return "\n".join(lines[:-1]) + "\n"


def markdown_report(diagnosis: Diagnosis, *, language: str = "en") -> str:
    """The report as Markdown."""
    report = _Report(diagnosis, language, bold=lambda text: f"**{text}**")
    lines = [f"# {report.title}", ""]
    for title, body in report.sections():
        lines += [f"## {title}", "", *(f"{row[: len(row) - len(row.lstrip())]}- {row.lstrip()}" for row in body), ""]
    return "\n".join(lines[:-1]) + "\n"


class _Report:
    def __init__(self, diagnosis: Diagnosis, language: str, *, bold: Callable[[str], str]) -> None:
        self._diagnosis, self._bold = diagnosis, bold
        self._screen = Screen(diagnosis.snapshot, language)
        self._word, self._name = self._screen.word, self._screen.name
        self._differential = DifferentialText(diagnosis, self._screen, bold)

    @property
    def title(self) -> str:
        return self._word("title").format(name=self._diagnosis.case.id)

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """Titles and lines; a section without a line is left out, the first two and the last never."""
        yield self._section("findings", [*map(self._screen.issue, self._diagnosis.issues), *self._findings()])
        yield self._section("differential", [*self._abstention(), *self._confidence(), *self._differential.lines()])
        ranking = self._diagnosis.ranking
        if ranking is not None:
            beside = {
                "urgent": self._urgent(ranking),
                "questions": self._questions(ranking),
                "pair": self._pair(ranking),
                "genes": self._genes(ranking),
                "proposals": self._proposals(),
            }
            yield from (self._section(key, body) for key, lines in beside.items() if (body := list(lines)))
        yield self._section("about", self._about())

    def _section(self, key: str, lines: Iterable[str]) -> tuple[str, list[str]]:
        return self._word(key), [self._screen.line(line) for line in lines]

    def _findings(self) -> Iterator[str]:
        held: dict[tuple[TermId, AssertionStatus, str], Finding] = {}
        for finding in self._diagnosis.case.findings:
            held.setdefault((finding.term, finding.status, finding.experiencer), finding)
        for finding in held.values():
            who = "" if finding.experiencer == "patient" else f" ({self._word(finding.experiencer)})"
            quote = f"  “{' '.join(finding.text.split())}”" if finding.text else ""
            mark = _MARK.get(finding.status) or self._word(finding.status.value)
            yield f"{mark} {self._name(finding.term)} {finding.term}{who}{quote}"

    def _abstention(self) -> Iterator[str]:
        held = self._diagnosis.abstained
        if held is not None:
            reason = self._word(f"why_{held.code.value}") if self._screen.is_chinese else held.reason
            yield f"{self._bold(self._word('no_diagnosis'))} ({held.code.value}): {reason}"

    def _confidence(self) -> Iterator[str]:
        held = self._diagnosis.confidence
        if held is not None:
            yield f"{self._word('leading_right')}: {self._of_ten(held.entity_is_right)}"
            yield f"{self._word('in_graph')}: {self._of_ten(held.in_graph)}"

    def _of_ten(self, probability: float) -> str:
        """A calibrated probability as it is met: so many of ten such cases."""
        count = round(10 * probability)
        key = "hardly_any" if count == 0 else "nearly_all" if count == 10 else "of_ten"
        return self._word(key).format(count=count, share=f"{probability:.0%}")

    def _urgent(self, ranking: CaseRanking) -> Iterator[str]:
        for held in self._diagnosis.urgent:
            tests = "; ".join(
                test.name_zh if self._screen.is_chinese and test.name_zh else test.name for test in held.settled_by
            )
            support = self._terms(ranking, held.supported_by[:_SHOWN_SUPPORT])
            told = [
                f"{self._word(key)}: {said}" for key, said in (("because_of", support), ("settled_by", tests)) if said
            ]
            place = f"({self._word('place')} {self._place(held)})"
            yield f"! {self._screen.shown(held.node)}  {held.node.id}  {place}  {'; '.join(told)}"
            if held.told_apart is not None:
                yield f"   {self._difference(held.told_apart)}"

    def _place(self, held: UrgentDiagnosis) -> int:
        """That of its entity where the differential shows it, else that among all diseases."""
        entity = self._entity_of(held.place.number)
        return held.place.rank if entity is None else entity.rank

    def _difference(self, held: Difference) -> str:
        """What tells an urgent disease and the leading one apart."""
        note = held.note_zh if self._screen.is_chinese and held.note_zh else held.note
        speaks = self._word("speaks_for").format(name=self._name(held.speaks_for))
        return f"{self._name(held.term)} {held.term} {speaks}: {note}"

    def _questions(self, ranking: CaseRanking) -> Iterator[str]:
        for question in self._diagnosis.questions:
            term = ranking.index.term_id(question.term)
            yield f"? {self._name(term)} {term}  {self._change(ranking, question)}"
        if not self._diagnosis.questions and len(self._diagnosis.entities) > 1:
            yield self._word("nothing_to_ask")

    def _change(self, ranking: CaseRanking, question: NextFinding) -> str:
        """What each answer would change: who leads, else who comes second."""
        first, other = self._entity(ranking, question.present.disease), self._entity(ranking, question.absent.disease)
        if first != other:
            return "; ".join(
                f"{self._word(key)}: {name} {self._word('leads')}"
                for key, name in (("if_present", first), ("if_absent", other))
            )
        answers: tuple[tuple[str, Answer], ...] = (("if_present", question.present), ("if_absent", question.absent))
        seconds = "; ".join(
            f"{self._word(key)}: {self._entity(ranking, answer.second)} {self._word('second')}"
            for key, answer in answers
            if answer.second is not None
        )
        return f"{seconds} ({first} {self._word('either_way')})"

    def _entity(self, ranking: CaseRanking, disease: int) -> str:
        """A disease by its number, called as its entity is where the differential shows it."""
        entity = self._entity_of(disease)
        if entity is not None and len(entity.members) > 1:
            return self._differential.entity_name(entity)
        return self._name(ranking.index.disease_ids[disease])

    def _entity_of(self, disease: int) -> Entity | None:
        """The entity of a disease, by its number; None where the differential does not show it."""
        entities = self._diagnosis.entities
        return next((one for one in entities if any(member.number == disease for member in one.members)), None)

    def _pair(self, ranking: CaseRanking) -> Iterator[str]:
        pair = self._diagnosis.pair
        if pair is None:
            return
        for disease, terms in ((pair.first, pair.first_terms), (pair.second, pair.second_terms)):
            name = ranking.index.disease_ids[disease]
            yield f"{self._name(name)} {name}  {self._word('explains')}: {self._terms(ranking, terms)}"

    def _genes(self, ranking: CaseRanking) -> Iterator[str]:
        for gene in self._diagnosis.genes:
            disease = "" if gene.best is None else ranking.index.disease_ids[gene.best]
            told = f"  {self._name(disease)} {disease}" if isinstance(disease, TermId) else ""
            yield f"{gene.rank:g}. {gene.match.node.name}{told}"

    def _proposals(self) -> Iterator[str]:
        for held in self._diagnosis.proposals:
            reason = held.rejection
            fate = self._word("stands") if reason is None else f"{self._word('rejected')}: {self._word(reason.value)}"
            yield f"{held.proposal.rank}. {held.proposal.text}  {fate}"

    def _about(self) -> Iterator[str]:
        if self._diagnosis.differential:
            yield self._word("figures")
        yield f"{self._word('graph')} {self._diagnosis.build_id[:16]}"
        ranking = self._diagnosis.ranking
        impossible = {} if ranking is None else ranking.impossible
        if impossible:
            counts = ", ".join(f"{self._word(f'prior_{name}')} {count:,}" for name, count in impossible.items())
            yield f"{self._word('impossible')}: {counts}"
        if self._diagnosis.missing_sources:
            yield f"{self._word('built_without')} {', '.join(self._diagnosis.missing_sources)}"
        yield self._word("caution")

    def _terms(self, ranking: CaseRanking, terms: Sequence[int]) -> str:
        return ", ".join(self._name(ranking.index.term_id(term)) for term in terms)
