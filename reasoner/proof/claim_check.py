"""Checks that a claim's numbers rest on its edges: what each edge says, where each path leads, what argues against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg_builder.schema import Relation
from ontologies.issue import Issue
from ontologies.term_id import TermId
from reasoner.proof.claim import FORMULA, match_type_of
from reasoner.proof.derivation import Support, entry_of
from reasoner.proof.derived_numbers import support_frequency
from reasoner.proof.fault import fault
from reasoner.ranking.annotation_rows import is_annotation_row
from reasoner.ranking.likelihood_ratio import EQUIVALENT_WEIGHT

__all__ = ["check_claim", "leads_up"]

Json = Mapping[str, Any]
Records = Mapping[str, Json]


def check_claim(claim: Json, observed: set[str], excluded: set[str]) -> list[Issue]:
    """Whether a claim's numbers rest on its edges, and its edges on the findings.

    Args:
        claim: one that fits the schema.
        observed: findings that the patient has and the graph holds.
        excluded: findings that the patient has not.
    """
    disease = claim["disease"]["id"]
    issues = []
    if claim["formula"] != FORMULA:
        issues.append(fault("other-formula", f"the claim about {disease} names another formula"))
    if [number["finding"] for number in claim["numbers"]] != sorted(observed):
        issues.append(fault("findings-differ", f"the claim about {disease} is not about the observed findings"))
    records = {part: _by_id(claim[part]) for part in ("edges", "links", "hierarchy")}
    issues.extend(_check_use(claim, records))
    for neighbour in claim["neighbours"]:
        issues.extend(_check_neighbour(disease, neighbour, records["links"]))
    for number in claim["numbers"]:
        issues.extend(_check_match(disease, number, records["hierarchy"]))
        issues.extend(_check_supports(claim, number, records))
    for edge in claim["contrary"]:
        issues.extend(_check_contrary(disease, edge, records["hierarchy"], observed, excluded))
    return issues


def leads_up(low: str, high: str, path: Sequence[Json]) -> bool:
    """Whether IS_A records lead from one term up to another, one after the other; the empty path from it to itself."""
    here = low
    for record in path:
        if record["relation"] != Relation.IS_A or record["subject"] != here:
            return False
        here = record["object"]
    return here == high


def _by_id(edges: Sequence[Json]) -> dict[str, Json]:
    return {edge["record"]["id"]: edge["record"] for edge in edges}


def _check_use(claim: Json, records: Mapping[str, Records]) -> Iterator[Issue]:
    """Every edge is used, once, and every id that is used is an edge."""
    supports = [support for number in claim["numbers"] for support in _supports(number)]
    paths = [*claim["numbers"], *supports, *claim["contrary"]]
    used = {
        "edges": {edge for support in supports for edge in support["edges"]},
        "links": {edge for neighbour in claim["neighbours"] for edge in neighbour["links"]}
        | {edge for share in claim["genes"] for edge in share["edges"]},
        "hierarchy": {edge for holder in paths for edge in holder["path"]},
    }
    for part, ids in used.items():
        if ids != records[part].keys() or len(claim[part]) != len(ids):
            yield fault("edges-differ", f"the claim about {claim['disease']['id']} does not rest on its {part}")
    neighbours = [neighbour["entry"] for neighbour in claim["neighbours"]]
    contrary = [edge["record"]["id"] for edge in claim["contrary"]]
    # What is named twice would count twice.
    for named in (neighbours, contrary, *(holder["edges"] for holder in (*supports, *claim["genes"]))):
        if len(set(named)) != len(named):
            yield fault("edges-differ", f"the claim about {claim['disease']['id']} names something twice")
    if bool(claim["neighbours"]) != any(number["lent"] for number in claim["numbers"]):
        yield fault("edges-differ", f"the claim about {claim['disease']['id']} names neighbours that lend nothing")


def _check_neighbour(disease: str, neighbour: Json, links: Records) -> Iterator[Issue]:
    held = [links[edge] for edge in neighbour["links"] if edge in links]
    ends = [entry_of(record, "object") for record in held]
    one_gene = len({record["subject"] for record in held}) == 1
    associated = all(record["relation"] == Relation.ASSOCIATED_WITH for record in held)
    node = held[-1]["object"] if held else None
    another = neighbour["entry"] != disease
    if (
        ends != [disease, neighbour["entry"]]
        or not (one_gene and associated and another)
        or node != neighbour["disease"]
    ):
        yield fault("wrong-neighbour", f"{neighbour['entry']} shares no gene with {disease} by its links")
    if not 0 < float(neighbour["similarity"]) <= 1:
        yield fault("wrong-neighbour", f"the similarity of {neighbour['entry']} to {disease} is none")


def _check_match(disease: str, number: Json, hierarchy: Records) -> Iterator[Issue]:
    finding, matched = number["finding"], number["matched"]
    if not leads_up(finding, matched or finding, _path(number, hierarchy)):
        yield fault("wrong-path", f"no path leads from {finding} up to {matched}")
    own = number["own"]
    kind = match_type_of(TermId.parse(finding), matched and TermId.parse(matched), own and _as_support(own))
    if number["match_type"] != kind:
        yield fault("wrong-match", f"{finding} meets {disease} as {kind}, not as {number['match_type']}")


def _check_supports(claim: Json, number: Json, records: Mapping[str, Records]) -> Iterator[Issue]:
    disease, finding = claim["disease"]["id"], number["finding"]
    supports = _supports(number)
    if number["matched"] is not None and not supports:
        yield fault("edges-differ", f"{finding} in {disease} rests on no edge")
    if number["own"] is not None and number["own"]["disease"] != disease:
        yield fault("edges-differ", f"{finding} in {disease} rests on rows of another disease")
    entry_by_neighbour = {neighbour["entry"]: neighbour["disease"] for neighbour in claim["neighbours"]}
    for lent in number["lent"]:
        lender = entry_by_neighbour.get(lent["neighbour"])
        whole = lent["neighbour"] == lender
        if lent["disease"] != lender or not (whole or (lent["entry"] == lent["neighbour"] and lent["weight"] == "1")):
            yield fault("wrong-neighbour", f"{lent['entry']} is not what {lent['neighbour']} lends to {disease}")
    if len({lent["neighbour"] for lent in number["lent"]}) != len(number["lent"]):
        yield fault("wrong-neighbour", f"a neighbour lends {finding} to {disease} twice")
    for support in supports:
        yield from _check_support(support, number["matched"], records)


def _check_support(support: Json, matched: str | None, records: Mapping[str, Records]) -> Iterator[Issue]:
    rows = _records(support, records["edges"])
    said = {(row["subject"], row["object"], entry_of(row, "subject")) for row in rows}
    about = {(support["disease"], support["term"], support["entry"])}
    if said != about or not all(map(is_annotation_row, rows)):
        yield fault("edges-differ", f"the edges do not say {support['term']} of {support['entry']}")
        return
    weights = {"1"} if support["entry"] == support["disease"] else {"1", f"{EQUIVALENT_WEIGHT:g}"}
    frequency = support_frequency(rows)
    if support["weight"] not in weights or support["frequency"] != frequency:
        yield fault("wrong-number", f"the rows of {support['entry']} about {support['term']} give {frequency}")
    if not leads_up(support["term"], matched or "", _path(support, records["hierarchy"])):
        yield fault("wrong-path", f"no path leads from {support['term']} up to {matched}")


def _check_contrary(
    disease: str, edge: Json, hierarchy: Records, observed: set[str], excluded: set[str]
) -> Iterator[Issue]:
    record, finding, path = edge["record"], edge["finding"], _path(edge, hierarchy)
    denies = record["relation"] == Relation.LACKS_SYMPTOM and finding in observed
    asserts = record["relation"] == Relation.HAS_SYMPTOM and finding in excluded
    if record["subject"] != disease or not (denies or asserts):
        yield fault("wrong-polarity", f"edge {record['id']} does not argue against {disease}")
        return
    ends = (finding, record["object"]) if denies else (record["object"], finding)
    if not leads_up(*ends, path):
        yield fault("wrong-path", f"edge {record['id']} is not about {finding}")


def _supports(number: Json) -> list[Json]:
    return [*([] if number["own"] is None else [number["own"]]), *number["lent"]]


def _records(holder: Json, records: Records) -> list[Json]:
    return [records[edge] for edge in holder["edges"] if edge in records]


def _path(holder: Json, hierarchy: Records) -> list[Json]:
    # An id without its edge breaks the path: an empty record leads nowhere.
    nothing: Json = {"relation": None, "subject": None, "object": None}
    return [hierarchy.get(edge, nothing) for edge in holder["path"]]


def _as_support(own: Json) -> Support:
    term, disease = TermId.parse(own["term"]), TermId.parse(own["disease"])
    return Support(0.0, own["entry"], term, (), disease, float(own["weight"]), float(own["frequency"]))
