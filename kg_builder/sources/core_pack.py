"""The core pack: the conditions that hospitals see most, written by us, one TOML file per ICD-10 chapter.

A row with a citation gives one curated edge that says only what the cited record says. What the row adds of its own
(frequency class, red flag, line of therapy, a mapping predicate) is a second edge of the lowest tier without a
reference; a row without a citation gives that second edge alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kg_builder.canonical import PropertyValue
from kg_builder.catalogue import SOURCES
from kg_builder.citation import Citation
from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.pack.conditions_format import REMEDY, check_condition
from kg_builder.schema import Label, Relation, Tier
from ontologies.errors import FileFormatError
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId

__all__ = ["CorePack", "read_core_pack"]

_FOLDER = Path(__file__).parent.parent / "pack" / "conditions"
# Fields that become properties of the disease node under their own name.
_NODE_PROPERTIES = (
    "max_age_years",
    "min_age_years",
    "prevalence_class",
    "sex",
    "urgent",
    "usual_age_from_years",
    "usual_age_to_years",
)
# Tables that become parallel lists on the disease node: property → column; "" where a row lacks it.
_NODE_TABLES = {
    "differs": {"differs_from": "from", "differs_by": "by", "differs_note": "note", "differs_note_zh": "note_zh"},
    "settled_by": {"settled_by": "test", "settled_by_zh": "test_zh", "settled_by_terms": "hpo"},
}


@dataclass(frozen=True, slots=True)
class CorePack:
    """What the pack holds.

    Args:
        nodes: diseases, symptoms, drugs and codes that its rows name, sorted by id.
        edges: its assertions, in the order of the files.
        issues: oddities that do not stop the reading.
    """

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def read_core_pack(folder: Path | None = None) -> CorePack:
    """Read every condition file of the pack.

    Args:
        folder: the folder of the TOML files; None for the one that comes with the package.

    Raises:
        FileFormatError: no files, or one that is broken; names the file, the row and the remedy.
    """
    folder = folder or _FOLDER
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise FileFormatError(
            "no condition files", value=folder, remedy="Name the folder that holds the pack's .toml files"
        )
    conditions = [
        (f"{path.name}:{condition.get('id', number)}", condition)
        for path in paths
        for number, condition in enumerate(_conditions(path), start=1)
    ]
    nodes: dict[TermId, Node] = {}
    pack = CorePack()
    for place, condition in conditions:
        _add_condition(pack, nodes, condition, place)
    _check_look_alikes(conditions, nodes)
    pack.nodes.extend(nodes[node_id] for node_id in sorted(nodes))
    return pack


def _conditions(path: Path) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{path.name} is not UTF-8 TOML", value=error, remedy=REMEDY) from error
    conditions = content.get("condition")
    if not isinstance(conditions, list) or not all(isinstance(condition, dict) for condition in conditions):
        raise FileFormatError("no [[condition]] in a condition file", value=path.name, remedy=REMEDY)
    return conditions


def _add_condition(pack: CorePack, nodes: dict[TermId, Node], condition: dict[str, Any], place: str) -> None:
    check_condition(condition, place)
    disease = TermId.parse(condition["id"])
    if disease in nodes:
        raise FileFormatError("two conditions with one id", value=place, remedy="Give the later one the next free id")
    nodes[disease] = _disease_node(disease, condition)
    for edge, node in _edges(disease, condition, place):
        pack.edges.append(edge)
        nodes.setdefault(node.id, node)
    if not any(row.get("red_flag") for row in condition["symptoms"]) and condition["urgent"]:
        message = f"{place}: urgent, but no symptom is a red flag"
        pack.issues.append(Issue(IssueLevel.WARNING, "no-red-flag", message, "Mark the findings that call for haste."))


def _disease_node(disease: TermId, condition: Mapping[str, Any]) -> Node:
    own: dict[str, PropertyValue] = {name: condition[name] for name in _NODE_PROPERTIES if name in condition}
    for table, columns in _NODE_TABLES.items():
        rows = condition.get(table)
        if rows:
            own |= {name: tuple(row.get(column, "") for row in rows) for name, column in columns.items()}
    return Node(
        id=disease,
        label=Label.DISEASE,
        name=condition["name"],
        name_zh=condition["name_zh"],
        name_zh_status="core pack",
        synonyms=tuple(sorted({*condition["synonyms"], *condition["synonyms_zh"]})),
        xrefs=tuple(sorted(TermId.parse(row["id"]) for row in condition["xrefs"])),
        properties=tuple(sorted(own.items())),
    )


def _check_look_alikes(conditions: Iterable[tuple[str, Mapping[str, Any]]], known: Container[TermId]) -> None:
    for place, condition in conditions:
        for row in condition.get("differs", ()):
            if TermId.parse(row["from"]) not in known or row["from"] == condition["id"]:
                message = f"{place}: differs from what is not another condition of the pack"
                raise FileFormatError(message, value=row["from"], remedy="Name the AITIA id of another condition")


def _edges(disease: TermId, condition: Mapping[str, Any], place: str) -> Iterator[tuple[Edge, Node]]:
    for row in condition["codes"]:
        code = Node(TermId(row["system"], row["code"]), Label.ICD_CODE, row["title"])
        own = {"code_system": row["system"], "predicate": row["predicate"]}
        yield from _pair(disease, Relation.CODED_AS, code, own, row, place)
    for row in condition["symptoms"]:
        symptom = Node(TermId.parse(row["hpo"]), Label.SYMPTOM, row["label"])
        own = {"frequency_class": row["frequency"], "red_flag": row.get("red_flag") or None}
        yield from _pair(disease, Relation.HAS_SYMPTOM, symptom, own, row, place)
    for row in condition["drugs"]:
        drug = Node(TermId.parse(row["id"]), Label.DRUG, row["name"])
        relation = Relation.TREATS if row["use"] == "treats" else Relation.PALLIATES
        own = {"condition": row.get("condition"), "line": row["line"]}
        yield from _pair(disease, relation, drug, own, row, place)
    for row in condition.get("settled_by", ()):
        if "hpo" in row:
            finding = Node(TermId.parse(row["hpo"]), Label.SYMPTOM, row["label"])
            yield from _pair(disease, Relation.DIAGNOSED_BY, finding, {}, row, place)
    for row in condition["contraindicated"]:
        drug = Node(TermId.parse(row["id"]), Label.DRUG, row["name"])
        yield from _pair(disease, Relation.CONTRAINDICATED_IN, drug, {"condition": row.get("condition")}, row, place)


# What the records of a source say besides the pair itself.
_SAID_BY = {"icd10cm": ("code_system", "predicate"), "icd10who": ("code_system", "predicate")}


def _pair(
    disease: TermId,
    relation: Relation,
    node: Node,
    own: Mapping[str, PropertyValue],
    row: Mapping[str, Any],
    place: str,
) -> Iterator[tuple[Edge, Node]]:
    from_disease = relation in (Relation.CODED_AS, Relation.DIAGNOSED_BY, Relation.HAS_SYMPTOM)
    subject, target = (disease, node.id) if from_disease else (node.id, disease)
    properties = tuple(sorted((name, value) for name, value in own.items() if value is not None))
    record = f"{place}/{node.id}"
    said = properties
    cite = row.get("cite")
    if cite is not None:
        source = Citation.parse(cite).source
        names = ("code_system", "predicate") if source.startswith("mondo-") else _SAID_BY.get(source, ("code_system",))
        said = tuple(item for item in properties if item[0] in names)
        yield Edge(subject, relation, target, _evidence(Tier.CURATED, record, cite), said), node
    if cite is None or said != properties:
        yield Edge(subject, relation, target, _evidence(Tier.UNREVIEWED, record, None), properties), node


def _evidence(tier: Tier, record: str, reference: str | None) -> Evidence:
    return replace(SOURCES["core-pack"].evidence(reference=reference, record=record), tier=tier)
