"""The chain of thought as a clinician reads it: what speaks for the disease and against it, what to look for and do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from graphrag.phrasing import spaced
from graphrag.steps import StepKind
from kg_builder.schema import Tier
from reasoner.diagnosis.report import strength

__all__ = ["explanation_text"]

Json = Mapping[str, Any]
_SHOWN_REFERENCES = 3
_SHOWN_NAMES = 3
_MARK = {StepKind.SUPPORTS: "+", StepKind.ARGUES_AGAINST: "-", StepKind.MISSING: "?"}
_AFTER_FINDINGS = tuple(kind for kind in StepKind if kind not in (StepKind.SUPPORTS, StepKind.ARGUES_AGAINST))


def explanation_text(explanation: Json, *, language: str = "en") -> str:
    """The screen of `aitia explain`, for what `explain_leading` gives."""
    lines = _lines(explanation, _words(language), language)
    return "\n".join(map(_chinese_marks, lines) if language == "zh" else lines) + "\n"


@cache
def _words(language: str) -> dict[str, str]:
    text = files("reasoner.diagnosis").joinpath("explanation_words.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {key: chinese if language == "zh" else english for key, english, chinese in rows[1:]}


def _lines(explanation: Json, words: dict[str, str], language: str) -> Iterator[str]:
    ratio = explanation["log10_likelihood_ratio"]
    yield f"{explanation['name']}  {explanation['disease']}"
    said = words[strength(ratio).replace(" ", "_")]
    by_numbers = explanation["chosen_by"] == "numbers"
    chosen = words["chosen_numbers"] if by_numbers else f"{words['chosen_model']} {explanation['chosen_by']}"
    learned = f"; {words['learned']} {explanation['correction']:+.1f}" if explanation["correction"] else ""
    priors = [f"{words.get(name, name)} {value:+.1f}" for name, value in explanation["priors"].items() if value]
    beside = f"; {words['priors']}: {', '.join(priors)}" if priors else ""
    yield f"{words['evidence']}: {said} (log10 LR {ratio:+.1f}{learned}{beside}); {chosen}"
    if explanation["abstained"] is not None:
        yield f"{words['no_diagnosis']} ({explanation['abstained']['code']}): {explanation['abstained']['reason']}"
    by_kind = {kind: [step for step in explanation["steps"] if step["kind"] == kind] for kind in StepKind}
    supporting = by_kind[StepKind.SUPPORTS]
    # A symptom that others have more often is known of the disease, and speaks against it all the same.
    strong = [step for step in supporting if (step["log10_likelihood_ratio"] or 0.0) >= 0]
    weak = [step for step in supporting if step not in strong]
    yield from _section(words["supports"], [_finding_line(step, words) for step in strong])
    yield from _section(words["known_rare"], [_finding_line(step, words) for step in weak])
    yield from _section(words["lent"], [_lent_line(lent, language) for lent in explanation["lent"]])
    yield from _section(words["general"], [_general_line(one, words) for one in explanation["general"]])
    yield from _section(words["unmatched"], [f"{one['name']} {one['id']}" for one in explanation["unmatched"]])
    told = {step["finding"] for step in supporting}
    against = [_finding_line(_once(step, told), words) for step in by_kind[StepKind.ARGUES_AGAINST]]
    yield from _section(words["argues_against"], against or [words["nothing_against"]])
    for kind in _AFTER_FINDINGS:
        write = _finding_line if kind is StepKind.MISSING else _sentence_line
        yield from _section(words[kind.value], [write(step, words) for step in by_kind[kind]])
    yield ""
    yield words["decides"]


def _chinese_marks(line: str) -> str:
    """The line with the marks of Chinese where they follow a Chinese character."""
    for mark, own in ((", ", "，"), ("; ", "；"), (": ", "：")):
        line = re.sub(rf"(?<=[\u4e00-\u9fff]){mark}", own, line)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", line)


def _section(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield heading
        yield from (f"  {line}" for line in lines)


def _once(step: Json, told: set[str]) -> Json:
    """The step without the number of its finding where that is shown already: the sum holds it once."""
    return {**step, "log10_likelihood_ratio": None} if step["finding"] in told else step


def _finding_line(step: Json, words: dict[str, str]) -> str:
    ratio = step["log10_likelihood_ratio"]
    weight = f"{_MARK[StepKind(step['kind'])]:>5}" if ratio is None else _weight(step)
    via = "" if step["said_of"] == step["object"] else f" ({words['via']} {step['said_of']['name']})"
    often = _often(step["frequency"], words)
    return f"{weight}  {step['object']['name']}{via}{often}  {_cited(step, words)}"


def _sentence_line(step: Json, words: dict[str, str]) -> str:
    return f"{step['text']}  {_cited(step, words)}"


def _weight(one: Json) -> str:
    """Decimal logarithm of the likelihood ratio, and apart from it what was learned."""
    learned = f" {one['correction']:+.2f}" if one["correction"] else ""
    return f"{one['log10_likelihood_ratio']:+.2f}{learned}"


def _lent_line(lent: Json, language: str) -> str:
    genes, diseases = (_list([one["name"] for one in lent[key]]) for key in ("genes", "diseases"))
    line = f"{_weight(lent)}  {lent['finding']['name']}  {genes}: {diseases}"
    return spaced(line) if language == "zh" else line


def _general_line(one: Json, words: dict[str, str]) -> str:
    return f"{_weight(one)}  {one['finding']['name']}  ({words['as']} {one['matched']['name']})"


def _list(names: Sequence[str]) -> str:
    more = f" +{len(names) - _SHOWN_NAMES}" if len(names) > _SHOWN_NAMES else ""
    return f"{'; '.join(names[:_SHOWN_NAMES])}{more}"


def _often(frequency: Json | None, words: dict[str, str]) -> str:
    if not frequency:
        return ""
    if "n" in frequency and "m" in frequency:
        return f", {frequency['n']}/{frequency['m']}"
    if "percent" in frequency:
        return f", {str(frequency['percent']).rstrip('%')} %"
    said = words.get(str(frequency.get("class")))
    return f", {said}" if said else ""


def _cited(step: Json, words: dict[str, str]) -> str:
    """References that a person can look up; where the source gives none of its own, the source."""
    cells = [part for reference in step["references"] for part in reference.split(";")]
    # A citation of a row of a source names the source first; the row's key and hash are for machines.
    named = list(dict.fromkeys(cell.split("|")[0] for cell in cells))
    shown = named[:_SHOWN_REFERENCES] or step["sources"]
    more = f" +{len(named) - _SHOWN_REFERENCES}" if len(named) > _SHOWN_REFERENCES else ""
    tier = f", {words['unreviewed']}" if step["tier"] == Tier.UNREVIEWED else ""
    return f"[{', '.join(shown)}{more}{tier}]"
