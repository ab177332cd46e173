"""Alters certificates at random and seals them again, as somebody would who wants to deceive."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from kg_builder.schema import Relation
from reasoner.proof.certificate import cypher_query
from reasoner.proof.merkle_check import certified_edges, seal_of

__all__ = ["ALTERATIONS", "altered", "reseal"]

Certificate = dict[str, Any]


def altered(certificate: Certificate, rng: random.Random) -> tuple[str, Certificate]:
    """The kind of a random alteration and the altered certificate, whose every hash fits again."""
    while True:
        kind = rng.choice(sorted(ALTERATIONS))
        changed = copy.deepcopy(certificate)
        ALTERATIONS[kind](changed, rng)
        reseal(changed)
        if changed != certificate:
            return kind, changed


def reseal(certificate: Certificate) -> None:
    try:
        certificate["query"] = cypher_query(edge["record"] for _, edge in certified_edges(certificate))
    except ValueError:
        certificate["query"] = ""
    certificate["seal"] = seal_of(certificate)


def _record(certificate: Certificate, rng: random.Random) -> dict[str, Any]:
    edge = rng.choice([edge for _, edge in certified_edges(certificate)])
    return edge["record"]


def _relation(certificate: Certificate, rng: random.Random) -> None:
    _record(certificate, rng)["relation"] = rng.choice(list(Relation)).value


def _direction(certificate: Certificate, rng: random.Random) -> None:
    record = _record(certificate, rng)
    record["subject"], record["object"] = record["object"], record["subject"]


def _polarity(certificate: Certificate, rng: random.Random) -> None:
    if certificate["steps"] and rng.random() < 0.3:
        step = rng.choice(certificate["steps"])
        step["polarity"] = "positive" if step["polarity"] == "negative" else "negative"
        return
    record = _record(certificate, rng)
    record["relation"] = "HAS_SYMPTOM" if record["relation"] == "LACKS_SYMPTOM" else "LACKS_SYMPTOM"


def _move_edge(certificate: Certificate, rng: random.Random) -> None:
    claim = rng.choice(certificate["claims"])
    source, target = rng.sample(["edges", "contrary"], 2)
    if claim[source]:
        claim[target].append(claim[source].pop(rng.randrange(len(claim[source]))))


def _node_id(certificate: Certificate, rng: random.Random) -> None:
    key = rng.choice(["subject", "object"])
    record = _record(certificate, rng)
    record[key] = _other_digit(record[key], rng)


def _edge_id(certificate: Certificate, rng: random.Random) -> None:
    record = _record(certificate, rng)
    old, record["id"] = record["id"], _other_digit(record["id"], rng)
    for claim in certificate["claims"]:
        for number in claim["numbers"]:
            number["edges"] = [record["id"] if edge == old else edge for edge in number["edges"]]


def _disease_id(certificate: Certificate, rng: random.Random) -> None:
    entry = rng.choice(certificate["differential"])
    old, entry["id"] = entry["id"], _other_digit(entry["id"], rng)
    for claim in certificate["claims"]:
        if claim["disease"]["id"] == old:
            claim["disease"]["id"] = entry["id"]
        claim["rivals"] = [entry["id"] if rival == old else rival for rival in claim["rivals"]]


def _number(certificate: Certificate, rng: random.Random) -> None:
    number = rng.choice([number for claim in certificate["claims"] for number in claim["numbers"]])
    key = rng.choice(["frequency", "background", "ic_finding", "ic_matched", "log_likelihood_ratio"])
    number[key] = _other_digit(number[key], rng)


def _score(certificate: Certificate, rng: random.Random) -> None:
    entry = rng.choice(certificate["differential"])
    key = rng.choice(["score", "probability", "log10_likelihood_ratio"])
    entry[key] = _other_digit(entry[key], rng)
    for claim in certificate["claims"]:
        if claim["disease"]["id"] == entry["id"]:
            claim["disease"] = entry


def _evidence(certificate: Certificate, rng: random.Random) -> None:
    record = _record(certificate, rng)
    key = rng.choice(sorted(record.keys() - {"id", "subject", "relation", "object"}))
    value = record[key]
    record[key] = value + 1 if isinstance(value, int) else f"{value}x"


def _version(certificate: Certificate, rng: random.Random) -> None:
    _record(certificate, rng)["source_version"] = f"{rng.randint(2000, 2030)}-01-01"


def _build(certificate: Certificate, rng: random.Random) -> None:
    key = rng.choice(sorted(certificate["build"]))
    value = certificate["build"][key]
    certificate["build"][key] = value + 1 if isinstance(value, int) else _other_digit(value, rng)


def _derived(certificate: Certificate, rng: random.Random) -> None:
    name = rng.choice(sorted(certificate["derived"]))
    certificate["derived"][name] = _other_digit(certificate["derived"][name], rng)


def _span(certificate: Certificate, rng: random.Random) -> None:
    finding = rng.choice(certificate["case"]["findings"])
    finding[rng.choice(["start", "end"])] += rng.choice([-2, -1, 1, 2])


def _quote(certificate: Certificate, rng: random.Random) -> None:
    finding = rng.choice(certificate["case"]["findings"])
    finding["text"] = finding["text"][::-1] + "x"


def _finding(certificate: Certificate, rng: random.Random) -> None:
    finding = rng.choice(certificate["case"]["findings"])
    change = rng.choice(["status", "experiencer", "id"])
    if change == "id":
        finding["id"] = _other_digit(finding["id"], rng)
    elif change == "status":
        finding["status"] = rng.choice(["present", "absent", "possible", "conditional", "historical"])
    else:
        finding["experiencer"] = rng.choice(["patient", "family", "other"])


def _finding_left_out(certificate: Certificate, rng: random.Random) -> None:
    findings = certificate["case"]["findings"]
    findings.pop(rng.randrange(len(findings)))


def _contrary_left_out(certificate: Certificate, rng: random.Random) -> None:
    claims = [claim for claim in certificate["claims"] if claim["contrary"]]
    if claims:
        contrary = rng.choice(claims)["contrary"]
        contrary.pop(rng.randrange(len(contrary)))


def _rival_left_out(certificate: Certificate, rng: random.Random) -> None:
    left_out = certificate["differential"].pop(rng.randrange(len(certificate["differential"])))
    certificate["claims"] = [claim for claim in certificate["claims"] if claim["disease"]["id"] != left_out["id"]]
    for rank, entry in enumerate(certificate["differential"], 1):
        entry["rank"] = rank
    for claim in certificate["claims"]:
        claim["rivals"] = [rival for rival in claim["rivals"] if rival != left_out["id"]]
        claim["disease"] = next(e for e in certificate["differential"] if e["id"] == claim["disease"]["id"])


def _places_swapped(certificate: Certificate, rng: random.Random) -> None:
    one, other = rng.sample(certificate["differential"], 2)
    one["id"], other["id"] = other["id"], one["id"]
    one["name"], other["name"] = other["name"], one["name"]


def _edge_left_out(certificate: Certificate, rng: random.Random) -> None:
    claim = rng.choice(certificate["claims"])
    if claim["edges"]:
        gone = claim["edges"].pop(rng.randrange(len(claim["edges"])))["record"]["id"]
        for number in claim["numbers"]:
            number["edges"] = [edge for edge in number["edges"] if edge != gone]


def _step_kind(certificate: Certificate, rng: random.Random) -> None:
    if certificate["steps"]:
        rng.choice(certificate["steps"])["kind"] = rng.choice(["supports", "argues_against", "missing", "treats"])


def _proof(certificate: Certificate, rng: random.Random) -> None:
    edge = rng.choice([edge for _, edge in certified_edges(certificate)])
    edge["proof"] = edge["proof"][rng.randint(0, 1) :][::-1]


def _other_digit(text: str, rng: random.Random) -> str:
    """The text with one digit changed, so that its value changes."""
    places = [place for place, letter in enumerate(text) if letter.isdigit() and text[place - 1 : place] != "e"]
    place = rng.choice(places)
    digit = rng.choice([d for d in "0123456789" if d != text[place]])
    return text[:place] + digit + text[place + 1 :]


ALTERATIONS: dict[str, Callable[[Certificate, random.Random], None]] = {
    "build": _build,
    "contrary edge left out": _contrary_left_out,
    "derived artefact": _derived,
    "direction": _direction,
    "disease id": _disease_id,
    "edge id": _edge_id,
    "edge left out": _edge_left_out,
    "edge moved": _move_edge,
    "evidence": _evidence,
    "finding": _finding,
    "finding left out": _finding_left_out,
    "node id": _node_id,
    "number": _number,
    "places swapped": _places_swapped,
    "polarity": _polarity,
    "proof": _proof,
    "quote": _quote,
    "relation": _relation,
    "rival left out": _rival_left_out,
    "score": _score,
    "span": _span,
    "step kind": _step_kind,
    "version": _version,
}
