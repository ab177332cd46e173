"""Alterations that anybody can see who holds the certificate and the true build id."""

from __future__ import annotations

import json
import random
from typing import Any

from kg_builder.schema import Relation
from reasoner.proof.merkle_check import certified_edges
from reasoner.proof.rules import RULES
from tests.reasoner.tamper_parts import (
    STATUSES,
    Alteration,
    Certificate,
    copy_places,
    counted_terms,
    leave_out,
    other_digit,
    other_leading_digit,
    rename,
    some_claim,
    some_number,
    swap,
    without,
)

__all__ = ["VISIBLE_CONCLUSION"]


def _record(certificate: Certificate, rng: random.Random) -> dict[str, Any]:
    edges = [edge for _, edge in certified_edges(certificate)]
    return rng.choice(edges)["record"] if edges else {}


def _relation(certificate: Certificate, rng: random.Random) -> None:
    if record := _record(certificate, rng):
        record["relation"] = rng.choice(list(Relation)).value


def _direction(certificate: Certificate, rng: random.Random) -> None:
    if record := _record(certificate, rng):
        record["subject"], record["object"] = record["object"], record["subject"]


def _polarity(certificate: Certificate, rng: random.Random) -> None:
    if certificate["steps"] and rng.random() < 0.3:
        step = rng.choice(certificate["steps"])
        step["polarity"] = "positive" if step["polarity"] == "negative" else "negative"
    elif record := _record(certificate, rng):
        record["relation"] = "HAS_SYMPTOM" if record["relation"] == "LACKS_SYMPTOM" else "LACKS_SYMPTOM"


def _node_id(certificate: Certificate, rng: random.Random) -> None:
    if record := _record(certificate, rng):
        key = rng.choice(["subject", "object"])
        record[key] = other_digit(record[key], rng)


def _edge_id(certificate: Certificate, rng: random.Random) -> None:
    if record := _record(certificate, rng):
        old, new = record["id"], other_digit(record["id"], rng)
        text = json.dumps(certificate).replace(old, new)
        certificate.update(json.loads(text))


def _evidence(certificate: Certificate, rng: random.Random) -> None:
    if record := _record(certificate, rng):
        key = rng.choice(sorted(record.keys() - {"id", "subject", "relation", "object"}))
        value = record[key]
        record[key] = value + 1 if isinstance(value, int) else f"{value}x"


def _version(certificate: Certificate, rng: random.Random) -> None:
    if record := _record(certificate, rng):
        record["source_version"] = f"{rng.randint(2000, 2030)}-01-01x"


def _proof(certificate: Certificate, rng: random.Random) -> None:
    if edges := [edge for _, edge in certified_edges(certificate)]:
        edge = rng.choice(edges)
        edge["proof"] = edge["proof"][rng.randint(0, 1) :][::-1]


def _build(certificate: Certificate, rng: random.Random) -> None:
    key = rng.choice(sorted(certificate["build"]))
    value = certificate["build"][key]
    certificate["build"][key] = value + 1 if isinstance(value, int) else other_digit(value, rng)


def _edge_left_out(certificate: Certificate, rng: random.Random) -> None:
    """Forgotten wherever it is named."""
    if claim := some_claim(certificate, rng):
        part = rng.choice([part for part in ("edges", "links", "hierarchy") if claim[part]] or ["edges"])
        # A gene's share may be the same without a mode of inheritance: that is a kind of its own.
        held = [edge for edge in claim[part] if edge["record"]["relation"] != "HAS_INHERITANCE"]
        if held:
            edge = rng.choice(held)
            claim[part].remove(edge)
            claim.update(without(claim, edge["record"]["id"]))


def _edge_moved(certificate: Certificate, rng: random.Random) -> None:
    claim = some_claim(certificate, rng)
    if claim and (claim["edges"] or claim["contrary"]):
        if claim["contrary"] and (not claim["edges"] or rng.random() < 0.5):
            edge = claim["contrary"].pop(rng.randrange(len(claim["contrary"])))
            claim["edges"].append({"record": edge["record"], "proof": edge["proof"]})
        else:
            edge = claim["edges"].pop(rng.randrange(len(claim["edges"])))
            claim["contrary"].append({**edge, "finding": edge["record"]["object"], "path": []})


def _edge_of_another_claim(certificate: Certificate, rng: random.Random) -> None:
    """A true edge in the place of another."""
    held = [claim for claim in certificate["claims"] if claim["edges"]]
    if len(held) > 1:
        one, other = rng.sample(held, 2)
        one["edges"][rng.randrange(len(one["edges"]))] = rng.choice(other["edges"])


def _number(certificate: Certificate, rng: random.Random) -> None:
    """Any digit of a number that follows from others."""
    if number := some_number(certificate, rng):
        keys = ["ic_finding", "ic_matched", "log_likelihood_ratio"]
        holders = [(number, key) for key in ("frequency", *keys)]
        holders += [(support, "frequency") for support in (number["own"], *number["lent"]) if support]
        holder, key = rng.choice(holders)
        holder[key] = other_digit(holder[key], rng)


def _background(certificate: Certificate, rng: random.Random) -> None:
    """A leading digit of one background, and of nothing that follows from it."""
    if number := some_number(certificate, rng):
        key = rng.choice(["background", "background_finding"])
        number[key] = other_leading_digit(number[key], rng)


def _match(certificate: Certificate, rng: random.Random) -> None:
    number = some_number(certificate, rng)
    if number and number["matched"]:
        number["matched"] = other_digit(number["matched"], rng)


def _match_type(certificate: Certificate, rng: random.Random) -> None:
    if number := some_number(certificate, rng):
        number["match_type"] = rng.choice(["exact", "descendant", "ancestor", "equivalent_entry", "neighbour"])


def _score(certificate: Certificate, rng: random.Random) -> None:
    """One number of a place, by more than the rounding of the numbers that it is made of."""
    places = [place for place in certificate["differential"] if float(place["probability"]) > 1e-200]
    if len(places) > 1:
        place = rng.choice(places)
        key = rng.choice(["score", "probability", "log10_likelihood_ratio"])
        if key == "probability":
            place[key] = other_leading_digit(place[key], rng)
        else:
            place[key] = f"{float(place[key]) + rng.choice([-1, 1]) * rng.uniform(0.01, 3):.6g}"
        copy_places(certificate)


def _prior(certificate: Certificate, rng: random.Random) -> None:
    if certificate["differential"]:
        place = rng.choice(certificate["differential"])
        if place["priors"]:
            prior = rng.choice(place["priors"])
            prior["value"] = other_leading_digit(prior["value"], rng)
        else:
            place["priors"] = [{"name": "prevalence", "value": f"{rng.uniform(0.5, 5):.6g}"}]
        copy_places(certificate)


def _correction(certificate: Certificate, rng: random.Random) -> None:
    if claim := some_claim(certificate, rng):
        holders = [(number, "correction") for number in claim["numbers"]]
        place = certificate["differential"][claim["disease"]["rank"] - 1]
        holder, key = rng.choice([*holders, (place, "correction")])
        holder[key] = f"{float(holder[key]) + rng.uniform(0.5, 5):.6g}"
        copy_places(certificate)


def _leading_disease(certificate: Certificate, rng: random.Random) -> None:
    """Another id for a disease whose edges are in the certificate."""
    if claim := some_claim(certificate, rng):
        entry = certificate["differential"][claim["disease"]["rank"] - 1]
        rename(certificate, entry, other_digit(entry["id"], rng))


def _rival_id(certificate: Certificate, rng: random.Random) -> None:
    if rivals := certificate["differential"][len(certificate["claims"]) :]:
        entry = rng.choice(rivals)
        rename(certificate, entry, other_digit(entry["id"], rng))


def _name(certificate: Certificate, rng: random.Random) -> None:
    named = [*certificate["differential"], *certificate["case"]["findings"]]
    one = rng.choice(named)
    one["name"] = rng.choice([other["name"] for other in named if other["id"] != one["id"]] or ["Another name"])
    copy_places(certificate)


def _rules(certificate: Certificate, rng: random.Random) -> None:
    if claim := some_claim(certificate, rng):
        rule = rng.choice(sorted(RULES))
        claim["rules"] = sorted({*claim["rules"]} ^ {rule}, key=list(RULES).index)


def _query(certificate: Certificate, rng: random.Random) -> None:
    place = rng.randrange(len(certificate["query"]) + 1)
    certificate["query"] = certificate["query"][:place] + " " + certificate["query"][place:]


def _leading_claim_left_out(certificate: Certificate, rng: random.Random) -> None:
    if certificate["claims"]:
        leave_out(certificate, rng.randrange(len(certificate["claims"])))


def _leading_places_swapped(certificate: Certificate, rng: random.Random) -> None:
    """Two diseases change places, one of them with a claim; their numbers stay where they are."""
    places = certificate["differential"]
    if len(places) > 1:
        one = rng.randrange(len(certificate["claims"]))
        other = rng.choice([number for number in range(len(places)) if number != one])
        swap(places[one], places[other])
        copy_places(certificate)


def _present_finding(certificate: Certificate, rng: random.Random) -> None:
    """Something else about a finding that is counted, wherever it is mentioned."""
    if counted := counted_terms(certificate):
        term = rng.choice(sorted(counted))
        change, status = rng.choice(["status", "experiencer", "id"]), rng.choice(STATUSES[1:])
        other = other_digit(term, rng)
        for finding in certificate["case"]["findings"]:
            if finding["id"] == term and change == "id":
                finding["id"] = other
            elif finding["id"] == term:
                finding[change] = status if change == "status" else "family"


def _present_finding_left_out(certificate: Certificate, rng: random.Random) -> None:
    if counted := counted_terms(certificate):
        term, findings = rng.choice(sorted(counted)), certificate["case"]["findings"]
        certificate["case"]["findings"] = [finding for finding in findings if finding["id"] != term]


def _step_kind(certificate: Certificate, rng: random.Random) -> None:
    if certificate["steps"]:
        step = rng.choice(certificate["steps"])
        kinds = {"supports", "argues_against", "missing", "treats", "explained_by"} - {step["kind"]}
        step["kind"] = rng.choice(sorted(kinds))


def _step_finding(certificate: Certificate, rng: random.Random) -> None:
    if steps := [step for step in certificate["steps"] if step["finding"]]:
        step = rng.choice(steps)
        step["finding"] = other_digit(step["finding"], rng)


VISIBLE_CONCLUSION: dict[str, Alteration] = {
    "background of one number": _background,
    "build": _build,
    "correction": _correction,
    "direction": _direction,
    "edge id": _edge_id,
    "edge left out": _edge_left_out,
    "edge moved": _edge_moved,
    "edge of another claim": _edge_of_another_claim,
    "evidence": _evidence,
    "leading claim left out": _leading_claim_left_out,
    "leading disease id": _leading_disease,
    "leading places swapped": _leading_places_swapped,
    "match": _match,
    "match type": _match_type,
    "name": _name,
    "node id": _node_id,
    "number": _number,
    "polarity": _polarity,
    "present finding": _present_finding,
    "present finding left out": _present_finding_left_out,
    "prior": _prior,
    "proof": _proof,
    "query": _query,
    "relation": _relation,
    "rival id": _rival_id,
    "rules": _rules,
    "score": _score,
    "step finding": _step_finding,
    "step kind": _step_kind,
    "version": _version,
}
