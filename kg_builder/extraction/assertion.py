"""Whether a mention is asserted, denied, doubted, conditional or past, and whose it is: cues, scopes and sections.

A cue reaches forward or backward within its sentence, until a stop phrase. Where several cues reach a mention,
conditional wins over denied, denied over doubted, doubted over past. In Chinese a bare 无 or 未 reaches to the
next comma only, 否认 and 不伴 go on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from kg_builder.extraction.phrases import PhraseFinder
from kg_builder.extraction.tables import read_table
from ontologies.annotation import AssertionStatus

__all__ = ["Assertion", "AssertionCues", "Cue"]

_PRECEDENCE = ("conditional", "absent", "possible", "historical")
_STATUS_BY_SECTION = {"past": AssertionStatus.HISTORICAL, "instructions": AssertionStatus.CONDITIONAL}
_LONG_REACH = frozenset({"否认", "不伴", "不伴有"})
_SHORT_BACKWARD_REACH = 30
"""Code points between a mention and a cue after it; a longer way is another statement."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase that changes what a mention means.

    Args:
        phrase: in lower case.
        effect: an assertion status, `family`, `none` (looks like a cue, is none) or `stop`.
        scope: `forward` or `backward`.
    """

    phrase: str
    effect: str
    scope: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """Status and experiencer of one mention."""

    status: AssertionStatus
    experiencer: str


@cache
def _cues(language: str) -> tuple[Cue, ...]:
    rows = (row for row in read_table("cues.tsv") if language in ("auto", row["language"]))
    return tuple(Cue(row["cue"], row["effect"], row["scope"]) for row in rows)


class AssertionCues:
    """The cues of a language (`en`, `zh`, or `auto` for both), with further ones."""

    def __init__(self, language: str = "auto", further: Iterable[Cue] = ()) -> None:
        self._cues_by_phrase: dict[str, list[Cue]] = {}
        for cue in (*_cues(language), *further):
            self._cues_by_phrase.setdefault(cue.phrase, []).append(cue)
        self._finder = PhraseFinder(self._cues_by_phrase)

    def find(self, flat: str) -> list[tuple[int, int, str]]:
        """All cue phrases in a flattened text."""
        return self._finder.find(flat)

    def assess(
        self,
        flat: str,
        sentence: tuple[int, int],
        mentions: Sequence[tuple[int, int]],
        cues: Sequence[tuple[int, int, str]],
        section: str,
    ) -> list[Assertion]:
        """One assertion for each mention of a sentence, all in order of place."""
        first = bisect_left(cues, (sentence[0], 0, ""))
        last = bisect_left(cues, (sentence[1], 0, ""))
        own = [cue for cue in cues[first:last] if not _inside_any(cue, mentions)]
        return [self._assess_one(flat, mention, own, mentions, section) for mention in mentions]

    def _assess_one(
        self,
        flat: str,
        mention: tuple[int, int],
        cues: Sequence[tuple[int, int, str]],
        mentions: Sequence[tuple[int, int]],
        section: str,
    ) -> Assertion:
        effects = self._forward(flat, mention, cues) | self._backward(flat, mention, cues, mentions)
        experiencer = "family" if "family" in effects or section == "family" else "patient"
        for effect in _PRECEDENCE:
            if effect in effects:
                return Assertion(AssertionStatus[effect.upper()], experiencer)
        return Assertion(_STATUS_BY_SECTION.get(section, AssertionStatus.PRESENT), experiencer)

    def _forward(self, flat: str, mention: tuple[int, int], cues: Sequence[tuple[int, int, str]]) -> set[str]:
        effects: set[str] = set()
        for start, end, phrase in cues:
            if end > mention[0]:
                break
            found = {cue.effect for cue in self._cues_by_phrase[phrase] if cue.scope == "forward"}
            if "stop" in found:
                # What somebody else has stays theirs until the patient is named again.
                effects &= {"family"} if not _names_patient(phrase) else set()
            elif found and "none" not in found:
                if _reaches(flat, start, end, phrase, found, mention[0]):
                    effects = {effect for effect in effects if not _is_replaced(effect, found)} | found
        return effects

    def _backward(
        self,
        flat: str,
        mention: tuple[int, int],
        cues: Sequence[tuple[int, int, str]],
        mentions: Sequence[tuple[int, int]],
    ) -> set[str]:
        effects: set[str] = set()
        for start, _end, phrase in cues:
            if start < mention[1]:
                continue
            found = {cue.effect for cue in self._cues_by_phrase[phrase] if cue.scope == "backward"}
            forward = {cue.effect for cue in self._cues_by_phrase[phrase] if cue.scope == "forward"}
            between = flat[mention[1] : start]
            if "stop" in forward or "none" in forward or len(between) > _SHORT_BACKWARD_REACH:
                break
            if found and _may_reach_back(between, mention, start, mentions):
                effects |= found
            elif forward:
                break
        return effects


def _inside_any(cue: tuple[int, int, str], mentions: Sequence[tuple[int, int]]) -> bool:
    return any(start <= cue[0] and cue[1] <= end for start, end in mentions)


def _names_patient(phrase: str) -> bool:
    return phrase.startswith(("the patient", "patient", "she ", "he ", "proband", "the proband", "患", "本人"))


def _is_replaced(effect: str, found: set[str]) -> bool:
    """A doubt after a denial starts anew; `no history of` keeps the denial."""
    return effect in {"absent", "possible"} and bool(found & {"absent", "possible"})


def _reaches(flat: str, start: int, end: int, phrase: str, found: set[str], target: int) -> bool:
    if "absent" in found and phrase not in _LONG_REACH and phrase[0] >= "一":
        return "，" not in flat[end:target] and "," not in flat[end:target]
    if "historical" in found and phrase[0] >= "一":
        return "，" not in flat[end:target]
    return True


def _may_reach_back(between: str, mention: tuple[int, int], start: int, mentions: Sequence[tuple[int, int]]) -> bool:
    """A cue after a mention belongs to it when only a list of mentions, and no comma or clause, lies between."""
    covered = [span for span in mentions if mention[1] <= span[0] and span[1] <= start]
    rest = between
    for span in covered:
        rest = rest.replace(between[span[0] - mention[1] : span[1] - mention[1]], "", 1)
    if covered:
        return all(letter in "、及和或与/ " for letter in rest)
    return not any(letter in "，,。;；" for letter in rest)
