"""The chain of thought as a clinician reads it: what speaks for the disease and against it, what to look for and do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphrag.phrasing import spaced
from graphrag.steps import StepKind
from kg_builder.schema import Tier
from reasoner.diagnosis.citing import citation
from reasoner.diagnosis.words import beside_the_findings, chinese_marks, screen_words, strength

__all__ = ["explanation_text"]

Json = Mapping[str, Any]
Words = Mapping[str, str]
_SHOWN_NAMES = 3
_MARK = {StepKind.SUPPORTS: "+", StepKind.ARGUES_AGAINST: "-", StepKind.MISSING: "?"}
_AFTER_FINDINGS = tuple(kind for kind in StepKind if kind not in (StepKind.SUPPORTS, StepKind.ARGUES_AGAINST))


def explanation_text(explanation: Json, *, language: str = "en") -> str:
    """The screen of `aitia explain`, for what `explain_leading` gives."""
    lines = _lines(explanation, screen_words(language), language)
    return "\n".join(map(chinese_marks, lines) if language == "zh" else lines) + "\n"


def _lines(explanation: Json, words: Words, language: str) -> Iterator[str]:
    ratio = explanation["log10_likelihood_ratio"]
    yield f"{explanation['name']}  {explanation['disease']}"
    said = words[strength(ratio)]
    by_numbers = explanation["chosen_by"] == "numbers"
    chosen = words["chosen_numbers"] if by_numbers else f"{words['chosen_model']} {explanation['chosen_by']}"
    learned = f"; {words['learned']} {explanation['correction']:+.1f}" if explanation["correction"] else ""
    priors = beside_the_findings(explanation["priors"], words)
    beside = f"; {priors}" if priors else ""
    yield f"{words['evidence']}: {said} (log10 LR {ratio:+.1f}{learned}{beside}); {chosen}"
    if explanation["abstained"] is not None:
        held = explanation["abstained"]
        reason = words[f"why_{held['code']}"] if language == "zh" else held["reason"]
        yield f"{words['no_diagnosis']} ({held['code']}): {reason}"
    by_kind = {kind: [step for step in explanation["steps"] if step["kind"] == kind] for kind in StepKind}
    supporting = by_kind[StepKind.SUPPORTS]
    # A symptom that others have more often is known of the disease, and speaks against it all the same.
    strong = [step for step in supporting if (step["log10_likelihood_ratio"] or 0.0) >= 0]
    weak = [step for step in supporting if step not in strong]
    yield from _section(words["supports"], _finding_lines(strong, words))
    yield from _section(words["known_rare"], _finding_lines(weak, words))
    yield from _section(words["lent"], [_lent_line(lent, language) for lent in explanation["lent"]])
    yield from _section(words["general"], [_general_line(one, words) for one in explanation["general"]])
    yield from _section(words["unmatched"], [f"{one['name']} {one['id']}" for one in explanation["unmatched"]])
    told = {step["finding"] for step in supporting}
    against = _finding_lines([_once(step, told) for step in by_kind[StepKind.ARGUES_AGAINST]], words)
    yield from _section(words["argues_against"], against or [words["nothing_against"]])
    for kind in _AFTER_FINDINGS:
        write = _finding_lines if kind is StepKind.MISSING else _sentence_lines
        cut = explanation["cut"].get(kind.value)
        more = [words["further"].format(count=cut)] if cut else []
        yield from _section(words[kind.value], [*write(by_kind[kind], words), *more])
    yield ""
    yield words["caution"]


def _section(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield heading
        yield from (f"  {line}" for line in lines)


def _once(step: Json, told: set[str]) -> Json:
    """The step without the number of its finding where that is shown already: the sum holds it once."""
    return {**step, "log10_likelihood_ratio": None} if step["finding"] in told else step


def _finding_lines(steps: Sequence[Json], words: Words) -> list[str]:
    return [_finding_line(step, words) for step in steps]


def _finding_line(step: Json, words: Words) -> str:
    ratio = step["log10_likelihood_ratio"]
    weight = f"{_MARK[StepKind(step['kind'])]:>5}" if ratio is None else _weight(step)
    via = "" if step["said_of"] == step["object"] else f" ({words['via']} {step['said_of']['name']})"
    often = _often(step["frequency"], words)
    return f"{weight}  {step['object']['name']}{via}{often}  {_cited([step], words)}"


def _sentence_lines(steps: Sequence[Json], words: Words) -> list[str]:
    """Each sentence once, with all that it rests on."""
    same: dict[str, list[Json]] = {}
    for step in steps:
        same.setdefault(step["text"], []).append(step)
    return [f"{text}  {_cited(held, words)}" for text, held in same.items()]


def _weight(one: Json) -> str:
    """Decimal logarithm of the likelihood ratio, and apart from it what was learned."""
    learned = f" {one['correction']:+.2f}" if one["correction"] else ""
    return f"{one['log10_likelihood_ratio']:+.2f}{learned}"


def _lent_line(lent: Json, language: str) -> str:
    genes, diseases = (_list([one["name"] for one in lent[key]]) for key in ("genes", "diseases"))
    line = f"{_weight(lent)}  {lent['finding']['name']}  {genes}: {diseases}"
    return spaced(line) if language == "zh" else line


def _general_line(one: Json, words: Words) -> str:
    return f"{_weight(one)}  {one['finding']['name']}  ({words['as']} {one['matched']['name']})"


def _list(names: Sequence[str]) -> str:
    more = f" +{len(names) - _SHOWN_NAMES}" if len(names) > _SHOWN_NAMES else ""
    return f"{'; '.join(names[:_SHOWN_NAMES])}{more}"


def _often(frequency: Json | None, words: Words) -> str:
    if not frequency:
        return ""
    if "n" in frequency and "m" in frequency:
        return f", {frequency['n']}/{frequency['m']}"
    if "percent" in frequency:
        return f", {str(frequency['percent']).rstrip('%')} %"
    said = words.get(str(frequency.get("class")))
    return f", {said}" if said else ""


def _cited(steps: Sequence[Json], words: Words) -> str:
    references, sources = ([one for step in steps for one in step[key]] for key in ("references", "sources"))
    is_reviewed = any(step["tier"] != Tier.UNREVIEWED for step in steps)
    return citation(references, list(dict.fromkeys(sources)), words, is_reviewed=is_reviewed)
