"""Plain sentences for steps, in English and Chinese: they mention what the edges mention, with the same polarity."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Literal

from graphrag.steps import FindingStatus, Step, StepKind
from kg_builder.schema import Relation
from kg_builder.stores.store import GraphStore
from ontologies.errors import FileFormatError
from ontologies.term_id import TermId

__all__ = ["Language", "load_phrases", "phrase_step", "spaced"]

Language = Literal["en", "zh"]

_Key = tuple[StepKind, Relation, FindingStatus | None, bool]
_TABLE = "phrases.tsv"
_COLUMNS = 6
_PLACES = frozenset({"subject", "object", "via", "own"})
# Own properties without which the sentence would say more than the edge.
_LIMITING = ("level", "severity", "condition", "line", "value", "unit")
_CHINESE_BORDER = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])")


@cache
def load_phrases() -> dict[_Key, tuple[str, str]]:
    """English and Chinese template by kind, relation, status and whether both ends bear one name.

    Raises:
        FileFormatError: a row of the table is not whole, or names a place that no sentence has.
    """
    lines = files("graphrag").joinpath(_TABLE).read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    phrases: dict[_Key, tuple[str, str]] = {}
    for row in rows:
        places = {place for text in row[4:] for place in re.findall(r"\{(\w+)\}", text)}
        if len(row) != _COLUMNS or not places <= _PLACES:
            raise FileFormatError("not a row of phrases", value=row, remedy=f"Mend graphrag/{_TABLE}")
        kind, relation, status, same, english, chinese = row
        key = StepKind(kind), Relation(relation), FindingStatus(status) if status else None, same == "yes"
        phrases[key] = english, chinese
    return phrases


def phrase_step(step: Step, graph: GraphStore, *, language: Language = "en") -> str:
    """The sentence of a step; a Chinese name falls back to the English one.

    Args:
        step: one that `check_step` accepts.
        graph: any store of the build.
        language: en or zh.
    """
    subject, target = _name(graph, step.subject, language), _name(graph, step.object, language)
    phrases, key = load_phrases(), (step.kind, step.relation, step.status)
    same = subject.casefold() == target.casefold() and (*key, True) in phrases
    english, chinese = phrases[*key, same]
    sentence = (english if language == "en" else chinese).format(
        subject=subject, object=target, via=_via(step, graph, language), own=_own(step, graph, language)
    )
    if language == "zh":
        return f"{spaced(sentence)}。"
    return f"{sentence[0].upper()}{sentence[1:]}."


def spaced(text: str) -> str:
    """Chinese text with a space where it meets Latin letters or digits.

    >>> spaced("支持Marfan综合征")
    '支持 Marfan 综合征'
    """
    return _CHINESE_BORDER.sub(" ", text)


def _name(graph: GraphStore, term: TermId, language: Language) -> str:
    node = graph.node(term)
    if node is None:
        return str(term)
    return node.name_zh if language == "zh" and node.name_zh else node.name


def _via(step: Step, graph: GraphStore, language: Language) -> str:
    """The symptom that the source names, where the finding is another one of the hierarchy."""
    symptom = step.edges[0].target
    if symptom == step.object:
        return ""
    name = _name(graph, symptom, language)
    return f" (the source says {name})" if language == "en" else f"（来源所述为{name}）"


def _own(step: Step, graph: GraphStore, language: Language) -> str:
    edge = graph.edge(step.edges[0].edge_id)
    held = (
        [] if edge is None else [(key, str(edge.property(key))) for key in _LIMITING if edge.property(key) is not None]
    )
    parts = [_limit(key, value, language) for key, value in held]
    if not parts:
        return ""
    return f" ({'; '.join(parts)})" if language == "en" else f"（{'；'.join(parts)}）"


def _limit(key: str, value: str, language: Language) -> str:
    if key != "line":
        return value
    lines = {"first": "一线", "second": "二线", "third": "三线"}
    return f"{value} line" if language == "en" else lines.get(value, value)
