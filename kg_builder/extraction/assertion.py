"""Whether a mention is asserted, denied, doubted, conditional or past, and whose it is: cues, scopes and sections.

A cue reaches within its sentence: forward until a stop phrase, `near` for a few words, `adjacent` to the very next
word, `opening` only from the start of a clause, backward over a list of mentions. `turn` (but, now) ends every
reach, `stop` (presents with) all but that of an if-phrase, `patient` names the patient again. Where several cues
reach a mention, conditional wins over denied, denied over doubted, doubted over past. In Chinese a bare 无 or 未
reaches to the next comma only, or to the end of a list that ends in 等不适; 否认 and 不伴 go on.

What the patient had in the past does not count for a diagnosis (`reasoner` reads present findings only), be it
resolved or chronic, unless the text says that it goes on: `history of seizures since age 3`, 头痛2年至今. A problem
list names diagnoses that may be treated, wrong or long gone; whoever wants them finds them marked historical.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from kg_builder.extraction.phrases import PhraseFinder
from kg_builder.extraction.tables import read_table
from ontologies.annotation import AssertionStatus

__all__ = ["NOTHING_CARRIED", "Assertion", "AssertionCues", "Carried", "Cue"]

Found = tuple[int, int, str]
"""Start, end and phrase of a cue."""
Carried = frozenset[str]
"""Effects that a line ending in a colon hands to the list below it."""
NOTHING_CARRIED: Carried = frozenset()

_STATUS_BY_EFFECT = {
    "hypothesis": AssertionStatus.CONDITIONAL,
    "conditional": AssertionStatus.CONDITIONAL,
    "absent": AssertionStatus.ABSENT,
    "possible": AssertionStatus.POSSIBLE,
    "ended": AssertionStatus.HISTORICAL,
    "historical": AssertionStatus.HISTORICAL,
}
"""The strongest effect first."""
_EXPERIENCERS = ("other", "family")
_SPARED = {"stop": {"hypothesis", *_EXPERIENCERS}, "patient": {"hypothesis"}, "turn": set(_EXPERIENCERS)}
"""What is left when a cue of this effect was met; it acts before the other effects of its phrase."""
_STATUS_BY_SECTION = {
    "past": AssertionStatus.HISTORICAL,
    "allergies": AssertionStatus.HISTORICAL,
    "instructions": AssertionStatus.CONDITIONAL,
    "plan": AssertionStatus.CONDITIONAL,
    "differential": AssertionStatus.POSSIBLE,
}
_DENYING_LETTERS = frozenset("无未没")
_LONG_REACH = frozenset({"否认", "均否认", "不伴", "不伴有"})
_QUERIES = frozenset({"?", "？", "(?)", "（？）"})
_COMMAS = ",，"
_ENDS_LIST = re.compile(r"[^，,。；;\n]{1,20}等(?:不适|症|表现|情况)")
"""无头晕、眼花，胸闷、心悸等不适: one list to its end."""
_CLOSING = re.compile("[)）]")
_WORDS_OF_A_LIST = re.compile("[一-鿿、]{1,8}")
_ONCE = re.compile(r"(?<!既往)(?<!过去)(?<!以往)曾(?:有|有过|出现|发生)?$")
_COUNT = re.compile(r"\s?[\d一二两三四五六七八九十数多几]{1,3}余?次")
_NEAR = 30
"""Code points that a near cue reaches."""
_LONGEST_WAY_BACK = 45
"""Code points between a mention and a cue behind it; a longer way is another statement."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase that changes what a mention means.

    Args:
        phrase: in lower case.
        effect: an assertion status, `hypothesis` (an if-phrase), `ended` (past for good), `ongoing`, `family`,
            `other`, `patient`, `none` (looks like a cue, is none), `stop` or `turn`.
        scope: `forward`, `near`, `adjacent`, `opening` or `backward`.
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
    return (*(Cue(row["cue"], row["effect"], row["scope"]) for row in rows), *_informants(language))


def _informants(language: str) -> Iterable[Cue]:
    """`Mother reports fever` is about the patient, and so is `mother denies fever`."""
    rows = [row for row in read_table("informants.tsv") if language in ("auto", row["language"])]
    yield from _witnesses(rows)
    effects = {"statement": "none", "denial": "absent"}
    for person in rows:
        for said in rows:
            if person["kind"] == "person" and said["kind"] in effects and person["language"] == said["language"]:
                space = " " if person["language"] == "en" else ""
                yield Cue(f"{person['words']}{space}{said['words']}", effects[said["kind"]], "forward")


def _witnesses(rows: Sequence[dict[str, str]]) -> Iterable[Cue]:
    """`Found by her daughter with fever` is about the patient."""
    for witness in (row for row in rows if row["kind"] == "witness"):
        for person in (row for row in rows if row["kind"] == "person" and row["language"] == witness["language"]):
            for whose in ("", "her ", "his ", "the ", "their ") if person["language"] == "en" else ("", "其"):
                space = " " if person["language"] == "en" else ""
                phrase = f"{witness['words']}{space}{whose}{person['words']}"
                yield Cue(phrase, "none", "forward")
                yield Cue(f"{phrase} (who", "family", "forward")


class AssertionCues:
    """The cues of a language (`en`, `zh`, or `auto` for both), with further ones."""

    def __init__(self, language: str = "auto", further: Iterable[Cue] = ()) -> None:
        self._effects: dict[str, dict[str, set[str]]] = {}
        for cue in (*_cues(language), *further):
            self._effects.setdefault(cue.phrase, {}).setdefault(cue.scope, set()).add(cue.effect)
        self._finder = PhraseFinder(self._effects)

    @classmethod
    @cache
    def of(cls, language: str) -> AssertionCues:
        """The cues of a language, made once."""
        return cls(language)

    def find(self, flat: str) -> list[Found]:
        """All cue phrases in a flattened text."""
        return self._finder.find(flat)

    def assess(
        self,
        flat: str,
        mentions: Sequence[tuple[int, int]],
        cues: Sequence[Found],
        section: str = "",
        carried: Carried = NOTHING_CARRIED,
        denied: Collection[tuple[int, int]] = (),
    ) -> list[Assertion]:
        """One assertion for each mention of a sentence, all in order of place; `denied` deny themselves."""
        own = [
            self._yielding(flat, cue, mentions)
            for cue in cues
            if not _inside_any(cue, mentions) or _denies_on(cue, denied)
        ]
        return [self._assess_one(flat, mention, own, mentions, section, carried) for mention in mentions]

    def _yielding(self, flat: str, cue: Found, mentions: Sequence[tuple[int, int]]) -> Found:
        """无 where the cue was 无关 but a mention begins in it: 无关节肿痛."""
        start, end, phrase = cue
        for mention in mentions:
            if start < mention[0] < end and flat[start : mention[0]] in self._effects:
                return start, mention[0], flat[start : mention[0]]
        return start, end, phrase

    def handed_on(self, flat: str, cues: Sequence[Found]) -> Carried:
        """What a line hands to the list below it: the effects that reach its end."""
        return frozenset(self._forward(flat, (len(flat), len(flat)), cues))

    def _assess_one(
        self,
        flat: str,
        mention: tuple[int, int],
        cues: Sequence[Found],
        mentions: Sequence[tuple[int, int]],
        section: str,
        carried: Carried,
    ) -> Assertion:
        ahead = self._forward(flat, mention, cues)
        behind = self._backward(flat, mention, cues, mentions)
        if behind & {"present", "ongoing"} and "absent" in ahead and _is_own_item(flat, ahead["absent"], mention):
            del ahead["absent"]
        lasting = "ongoing" in behind or "ongoing" in ahead
        if lasting or ("historical" in ahead and _is_counted(flat, ahead["historical"], mention)):
            ahead.pop("historical", None)
        effects = ahead.keys() | behind | (carried if not ahead else NOTHING_CARRIED)
        experiencer = next((each for each in _EXPERIENCERS if each in effects), "patient")
        if section == "family" and experiencer == "patient":
            experiencer = "family"
        status = next((status for effect, status in _STATUS_BY_EFFECT.items() if effect in effects), None)
        # A section on the patient's past says nothing of when relatives fell ill.
        says_itself = experiencer != "patient" or lasting
        by_section = None if says_itself else _STATUS_BY_SECTION.get(section)
        return Assertion(status or by_section or AssertionStatus.PRESENT, experiencer)

    def _forward(self, flat: str, mention: tuple[int, int], cues: Sequence[Found]) -> dict[str, int]:
        """Effects of the cues before a mention, each with the end of its cue."""
        effects: dict[str, int] = {}
        chained, last_end = False, -1
        for start, end, phrase in cues:
            if end > mention[0]:
                break
            if _closed_before(flat, end, mention[0]):
                continue
            # `denies that he has`, 从未有: what follows a cue at once goes on with it.
            chained = last_end >= 0 and not flat[last_end:start].strip()
            if last_end >= 0 and _has_comma(flat[last_end:start]) and self._names_other(phrase):
                effects.pop("absent", None)  # 否认腹痛，其姐有腹痛
            last_end = end
            for effect in self._reaching(flat, (start, end, phrase), mention[0]):
                _apply(effect, end, effects, chained)
        return effects

    def _names_other(self, phrase: str) -> bool:
        return not self._effects[phrase].get("forward", set()).isdisjoint(_EXPERIENCERS)

    def _reaching(self, flat: str, cue: Found, target: int) -> list[str]:
        start, end, phrase = cue
        scopes = self._effects[phrase]
        found = set(scopes.get("forward", ()))
        between = flat[end:target]
        if "near" in scopes and len(between) <= _NEAR and not _has_comma(between):
            found |= scopes["near"]
        if "adjacent" in scopes and not between.strip():
            found |= scopes["adjacent"]
        if "opening" in scopes and _opens(flat, start):
            found |= scopes["opening"]
        if (
            phrase[0] >= "一"
            and _has_comma(between)
            and phrase not in _LONG_REACH
            and not _ENDS_LIST.match(flat, target)
        ):
            found -= {"absent", "historical", "possible"}
        return sorted(found, key=lambda effect: (effect not in _SPARED, effect))

    def _backward(
        self, flat: str, mention: tuple[int, int], cues: Sequence[Found], mentions: Sequence[tuple[int, int]]
    ) -> set[str]:
        effects: set[str] = set()
        for start, end, phrase in cues:
            if start < mention[1]:
                continue
            scopes = self._effects[phrase]
            forward = scopes.get("forward", set()) | scopes.get("near", set())
            between = flat[mention[1] : start]
            if len(between) > _LONGEST_WAY_BACK:
                break
            following = [each[0] for each in mentions if each[0] >= end]
            # `cough and denied fever`: the denial belongs to what follows.
            takes_next = "absent" in forward and bool(following) and not _has_comma(flat[end : following[0]])
            # 肾损伤、DIC？ doubts the last one only.
            takes_last = phrase in _QUERIES and "、" in between
            if (
                "backward" in scopes
                and not (takes_next or takes_last)
                and _may_reach_back(between, mention, start, mentions)
            ):
                effects |= scopes["backward"]
            elif forward - {"none"}:
                break
        return effects


def _apply(effect: str, end: int, effects: dict[str, int], chained: bool) -> None:
    if effect in _SPARED:
        spared = set(_STATUS_BY_EFFECT) if chained else _SPARED[effect]
        if chained and effect != "patient":
            spared |= set(_EXPERIENCERS)
        for other in [each for each in effects if each not in spared]:
            del effects[other]
    elif effect != "none":
        if effect in ("absent", "possible"):
            # A doubt after a denial starts anew; `no history of` keeps the denial.
            effects.pop("possible" if effect == "absent" else "absent", None)
        effects[effect] = end


def _closed_before(flat: str, end: int, target: int) -> bool:
    """Whether a cue stands in brackets that end before the target: `her daughter (who has migraine) with weakness`."""
    opened = max(flat.rfind("(", 0, end), flat.rfind("（", 0, end))
    return opened >= 0 and not _CLOSING.search(flat, opened, end) and _CLOSING.search(flat, end, target) is not None


def _has_comma(between: str) -> bool:
    return any(comma in between for comma in _COMMAS)


def _opens(flat: str, start: int) -> bool:
    """Whether a clause starts here."""
    before = flat[:start].rstrip()
    return not before or before[-1] in ",，:：;；。、-("


def _inside_any(cue: Found, mentions: Sequence[tuple[int, int]]) -> bool:
    return any(start <= cue[0] and cue[1] <= end for start, end in mentions)


def _denies_on(cue: Found, denied: Collection[tuple[int, int]]) -> bool:
    """Whether the denial inside a mention goes on to the next: 皮肤无黄染、皮疹, but not 肝脾未触及、水肿."""
    return cue[2][0] in _DENYING_LETTERS and any(start <= cue[0] and cue[1] < end for start, end in denied)


def _is_counted(flat: str, cue_end: int, mention: tuple[int, int]) -> bool:
    """Whether episodes are counted, 曾晕厥2次: they belong to the illness that is told of."""
    if not _ONCE.search(flat, 0, cue_end):
        return False
    return _COUNT.match(flat, mention[1]) is not None or _COUNT.match(flat, cue_end, mention[0]) is not None


def _is_own_item(flat: str, cue_end: int, mention: tuple[int, int]) -> bool:
    """Whether a comma, and no `or` or `and` after it, parts a mention from a denial before it."""
    _, comma, item = flat[cue_end : mention[0]].rpartition(",")
    return bool(comma) and not {"or", "and", "nor"} & set(item.split())


def _may_reach_back(between: str, mention: tuple[int, int], start: int, mentions: Sequence[tuple[int, int]]) -> bool:
    """A cue after a mention belongs to it when only a list of mentions, and no comma or clause, lies between."""
    covered = [span for span in mentions if mention[1] <= span[0] and span[1] <= start]
    rest = between
    for span in covered:
        rest = rest.replace(between[span[0] - mention[1] : span[1] - mention[1]], "", 1)
    if covered:
        left = rest.replace(" and ", " ").replace(" or ", " ").strip("、及和或与/ ")
        # 化脓性关节炎、细菌性脑膜炎已治愈: words between belong to the members of a Chinese list.
        return not left or ("、" in between and _WORDS_OF_A_LIST.fullmatch(left) is not None)
    return " - " not in rest and not any(letter in "，,。;；:：" for letter in rest)
