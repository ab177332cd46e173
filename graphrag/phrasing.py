"""Plain sentences for steps, in English and Chinese: they mention what the edges mention, with the same polarity."""

from __future__ import annotations

from typing import Literal

from graphrag.steps import FindingStatus, Step, StepKind
from kg_builder.schema import Relation
from kg_builder.stores.store import GraphStore
from ontologies.term_id import TermId

__all__ = ["Language", "phrase_step"]

Language = Literal["en", "zh"]

_S = StepKind
_R = Relation
_KEY = tuple[StepKind, Relation, FindingStatus | None]
_SEEN, _GONE, _OPEN = FindingStatus.OBSERVED, FindingStatus.EXCLUDED, FindingStatus.UNRECORDED

_TEMPLATES: dict[_KEY, tuple[str, str]] = {
    (_S.SUPPORTS, _R.HAS_SYMPTOM, _SEEN): (
        "{object}, which is observed, supports {subject}{via}",
        "已观察到{object}，支持{subject}{via}",
    ),
    (_S.SUPPORTS, _R.LACKS_SYMPTOM, _GONE): (
        "{object} is excluded, and {subject} is reported without it{via}",
        "已排除{object}，而{subject}据报道无此表现{via}",
    ),
    (_S.ARGUES_AGAINST, _R.HAS_SYMPTOM, _GONE): (
        "{object} is excluded, which argues against {subject}{via}",
        "已排除{object}，不支持{subject}{via}",
    ),
    (_S.ARGUES_AGAINST, _R.LACKS_SYMPTOM, _SEEN): (
        "{object} is observed, but {subject} is reported without it{via}",
        "已观察到{object}，但{subject}据报道无此表现{via}",
    ),
    (_S.MISSING, _R.HAS_SYMPTOM, _OPEN): (
        "{subject} can present with {object}, which the case does not mention",
        "{subject}可表现为{object}，病历中未提及",
    ),
    (_S.TREATS, _R.TREATS, None): ("{subject} treats {object}{own}", "{subject}可治疗{object}{own}"),
    (_S.TREATS, _R.PALLIATES, None): (
        "{subject} relieves the symptoms of {object}{own}",
        "{subject}可缓解{object}的症状{own}",
    ),
    (_S.TREATS, _R.NOT_INDICATED_FOR, None): (
        "{subject} is not indicated for {object}{own}",
        "{subject}不适用于{object}{own}",
    ),
    (_S.CONTRAINDICATED_BY, _R.CONTRAINDICATED_IN, None): (
        "{subject} is contraindicated by {object}{own}",
        "{object}是{subject}的禁忌{own}",
    ),
    (_S.CONTRAINDICATED_BY, _R.DOSE_LIMIT, None): (
        "the dose of {subject} is limited by {object}{own}",
        "{subject}的剂量受{object}限制{own}",
    ),
    (_S.INTERACTS_WITH, _R.INTERACTS_WITH, None): (
        "{subject} interacts with {object}{own}",
        "{subject}与{object}存在相互作用{own}",
    ),
    (_S.EXPLAINED_BY, _R.ASSOCIATED_WITH, None): (
        "{subject} is associated with the gene {object}",
        "{subject}与基因{object}相关",
    ),
    (_S.EXPLAINED_BY, _R.CAUSES, None): ("{subject} can be caused by {object}", "{subject}可由{object}引起"),
    (_S.EXPLAINED_BY, _R.RAISES_RISK_OF, None): (
        "the risk of {subject} is raised by {object}",
        "{object}使{subject}的风险升高",
    ),
}

# Own properties without which the sentence would say more than the edge.
_LIMITING = ("level", "severity", "condition", "line", "value", "unit")


def phrase_step(step: Step, graph: GraphStore, *, language: Language = "en") -> str:
    """The sentence of a step; a Chinese name falls back to the English one.

    Args:
        step: one that `check_step` accepts.
        graph: any store of the build.
        language: en or zh.
    """
    english, chinese = _TEMPLATES[step.kind, step.relation, step.status]
    template = english if language == "en" else chinese
    sentence = template.format(
        subject=_name(graph, step.subject, language),
        object=_name(graph, step.object, language),
        via=_via(step, graph, language),
        own=_own(step, graph, language),
    )
    if language == "zh":
        return f"{sentence}。"
    return f"{sentence[0].upper()}{sentence[1:]}."


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
    parts = [] if edge is None else [str(value) for key in _LIMITING if (value := edge.property(key)) is not None]
    if not parts:
        return ""
    return f" ({'; '.join(parts)})" if language == "en" else f"（{'；'.join(parts)}）"
