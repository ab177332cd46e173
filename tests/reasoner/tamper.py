"""Alters certificates at random and seals them again, as somebody would who wants to deceive.

Each kind of alteration says whether the portable depth can see it, given the true build id: it sees what contradicts
something else in the certificate or the build's root. Beyond it is what stands in no edge and is changed everywhere
alike, and what is left out without a trace.
"""

from __future__ import annotations

import json
import marshal
import math
import random
from collections.abc import Callable
from typing import Any

from kg_builder.schema import Relation
from kg_builder.stores.cypher import rederive
from reasoner.proof.merkle_check import certified_edges, seal_of
from reasoner.proof.rules import RULES, fired_rules
from tests.reasoner.tamper_terms import BEYOND_TERMS, VISIBLE_TERMS

__all__ = ["BEYOND_CHECKER", "BEYOND_PORTABLE", "VISIBLE", "altered", "reseal"]

Certificate = dict[str, Any]
Alteration = Callable[[Certificate, random.Random], None]
STATUSES = ["present", "absent", "possible", "conditional", "historical"]


def altered(certificate: Certificate, rng: random.Random) -> tuple[str, Certificate]:
    """The kind of a random alteration and the altered certificate, whose every hash fits again."""
    kinds = sorted(VISIBLE) + sorted(BEYOND_PORTABLE)
    # The fastest deep copy of plain JSON.
    whole = marshal.dumps(certificate)
    while True:
        kind = rng.choice(kinds)
        changed: Certificate = marshal.loads(whole)  # noqa: S302 - our own bytes
        (VISIBLE | BEYOND_PORTABLE)[kind](changed, rng)
        # The seal is not worth a comparison: the same content has the same seal.
        changed["seal"] = certificate["seal"]
        if changed != certificate:
            reseal(changed, rules=kind != "rules", query=kind != "query")
            return kind, changed


def reseal(certificate: Certificate, *, rules: bool = True, query: bool = True) -> None:
    """Make everything fit again that follows from the rest by a formula that anybody can compute."""
    for claim in certificate["claims"] if rules else ():
        claim["rules"] = fired_rules(certificate, claim)
    if query:
        try:
            certificate["query"] = rederive(edge["record"] for _, edge in certified_edges(certificate))
        except ValueError:
            certificate["query"] = ""
    certificate["seal"] = seal_of(certificate)


# What anybody can see who holds the certificate and the true build id


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
        record[key] = _other_digit(record[key], rng)


def _edge_id(certificate: Certificate, rng: random.Random) -> None:
    if record := _record(certificate, rng):
        old, new = record["id"], _other_digit(record["id"], rng)
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
    certificate["build"][key] = value + 1 if isinstance(value, int) else _other_digit(value, rng)


def _edge_left_out(certificate: Certificate, rng: random.Random) -> None:
    """Forgotten wherever it is named."""
    if claim := _some_claim(certificate, rng):
        part = rng.choice([part for part in ("edges", "links", "hierarchy") if claim[part]] or ["edges"])
        # A gene's share may be the same without a mode of inheritance: that is a kind of its own.
        held = [edge for edge in claim[part] if edge["record"]["relation"] != "HAS_INHERITANCE"]
        if held:
            edge = rng.choice(held)
            claim[part].remove(edge)
            claim.update(_without(claim, edge["record"]["id"]))


def _edge_moved(certificate: Certificate, rng: random.Random) -> None:
    claim = _some_claim(certificate, rng)
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
    if number := _some_number(certificate, rng):
        keys = ["ic_finding", "ic_matched", "log_likelihood_ratio"]
        holders = [(number, key) for key in (["frequency", *keys] if number["derived"] else keys)]
        holders += [(support, "frequency") for support in (number["own"], *number["lent"]) if support]
        holder, key = rng.choice(holders)
        holder[key] = _other_digit(holder[key], rng)


def _background(certificate: Certificate, rng: random.Random) -> None:
    """A leading digit of one background, and of nothing that follows from it."""
    if number := _some_number(certificate, rng):
        key = rng.choice(["background", "background_finding"])
        number[key] = _other_leading_digit(number[key], rng)


def _match(certificate: Certificate, rng: random.Random) -> None:
    number = _some_number(certificate, rng)
    if number and number["matched"]:
        number["matched"] = _other_digit(number["matched"], rng)


def _match_type(certificate: Certificate, rng: random.Random) -> None:
    number = _some_number(certificate, rng)
    if number and number["derived"]:
        number["match_type"] = rng.choice(["exact", "descendant", "ancestor", "equivalent_entry", "neighbour"])


def _score(certificate: Certificate, rng: random.Random) -> None:
    """One number of a place, by more than the rounding of the numbers that it is made of."""
    places = [place for place in certificate["differential"] if float(place["probability"]) > 1e-200]
    if len(places) > 1:
        place = rng.choice(places)
        key = rng.choice(["score", "probability", "log10_likelihood_ratio"])
        if key == "probability":
            place[key] = _other_leading_digit(place[key], rng)
        else:
            place[key] = f"{float(place[key]) + rng.choice([-1, 1]) * rng.uniform(0.01, 3):.6g}"
        _copy_places(certificate)


def _prior(certificate: Certificate, rng: random.Random) -> None:
    if certificate["differential"]:
        place = rng.choice(certificate["differential"])
        if place["priors"]:
            prior = rng.choice(place["priors"])
            prior["value"] = _other_leading_digit(prior["value"], rng)
        else:
            place["priors"] = [{"name": "prevalence", "value": f"{rng.uniform(0.5, 5):.6g}"}]
        _copy_places(certificate)


def _correction(certificate: Certificate, rng: random.Random) -> None:
    if claim := _some_claim(certificate, rng):
        holders = [(number, "correction") for number in claim["numbers"]]
        place = certificate["differential"][claim["disease"]["rank"] - 1]
        holder, key = rng.choice([*holders, (place, "correction")])
        holder[key] = f"{float(holder[key]) + rng.uniform(0.5, 5):.6g}"
        _copy_places(certificate)


def _leading_disease(certificate: Certificate, rng: random.Random) -> None:
    """Another id for a disease whose edges are in the certificate."""
    if claim := _some_claim(certificate, rng):
        entry = certificate["differential"][claim["disease"]["rank"] - 1]
        _rename(certificate, entry, _other_digit(entry["id"], rng))


def _rival_id(certificate: Certificate, rng: random.Random) -> None:
    if rivals := certificate["differential"][len(certificate["claims"]) :]:
        entry = rng.choice(rivals)
        _rename(certificate, entry, _other_digit(entry["id"], rng))


def _name(certificate: Certificate, rng: random.Random) -> None:
    named = [*certificate["differential"], *certificate["case"]["findings"]]
    one = rng.choice(named)
    one["name"] = rng.choice([other["name"] for other in named if other["id"] != one["id"]] or ["Another name"])
    _copy_places(certificate)


def _rules(certificate: Certificate, rng: random.Random) -> None:
    if claim := _some_claim(certificate, rng):
        rule = rng.choice(sorted(RULES))
        claim["rules"] = sorted({*claim["rules"]} ^ {rule}, key=list(RULES).index)


def _query(certificate: Certificate, rng: random.Random) -> None:
    place = rng.randrange(len(certificate["query"]) + 1)
    certificate["query"] = certificate["query"][:place] + " " + certificate["query"][place:]


def _leading_claim_left_out(certificate: Certificate, rng: random.Random) -> None:
    if certificate["claims"]:
        _leave_out(certificate, rng.randrange(len(certificate["claims"])))


def _leading_places_swapped(certificate: Certificate, rng: random.Random) -> None:
    """Two diseases change places, one of them with a claim; their numbers stay where they are."""
    places = certificate["differential"]
    if len(places) > 1:
        one = rng.randrange(len(certificate["claims"]))
        other = rng.choice([number for number in range(len(places)) if number != one])
        _swap(places[one], places[other])
        _copy_places(certificate)


def _present_finding(certificate: Certificate, rng: random.Random) -> None:
    """Something else about a finding that is counted, wherever it is mentioned."""
    if counted := _counted(certificate):
        term = rng.choice(sorted(counted))
        change, status = rng.choice(["status", "experiencer", "id"]), rng.choice(STATUSES[1:])
        other = _other_digit(term, rng)
        for finding in certificate["case"]["findings"]:
            if finding["id"] == term and change == "id":
                finding["id"] = other
            elif finding["id"] == term:
                finding[change] = status if change == "status" else "family"


def _present_finding_left_out(certificate: Certificate, rng: random.Random) -> None:
    if counted := _counted(certificate):
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
        step["finding"] = _other_digit(step["finding"], rng)


# What only the snapshot or the document shows


def _contrary_left_out(certificate: Certificate, rng: random.Random) -> None:
    """With the paths that nothing else needs."""
    if claims := [claim for claim in certificate["claims"] if claim["contrary"]]:
        claim = rng.choice(claims)
        claim["contrary"].pop(rng.randrange(len(claim["contrary"])))
        supports = [s for n in claim["numbers"] for s in (n["own"], *n["lent"]) if s]
        used = {edge for holder in (*claim["numbers"], *supports, *claim["contrary"]) for edge in holder["path"]}
        claim["hierarchy"] = [edge for edge in claim["hierarchy"] if edge["record"]["id"] in used]


def _rival_left_out(certificate: Certificate, rng: random.Random) -> None:
    if len(certificate["differential"]) > len(certificate["claims"]):
        _leave_out(certificate, rng.randrange(len(certificate["claims"]), len(certificate["differential"])))


def _rivals_swapped(certificate: Certificate, rng: random.Random) -> None:
    rivals = certificate["differential"][len(certificate["claims"]) :]
    if len(rivals) > 1:
        _swap(*rng.sample(rivals, 2))
        _copy_places(certificate)


def _similarity(certificate: Certificate, rng: random.Random) -> None:
    if claims := [claim for claim in certificate["claims"] if claim["neighbours"]]:
        neighbour = rng.choice(rng.choice(claims)["neighbours"])
        neighbour["similarity"] = f"{min(1.0, float(neighbour['similarity']) * rng.uniform(0.1, 3)):.6g}"


def _evidence_rewritten(certificate: Certificate, rng: random.Random) -> None:
    """One place's evidence, score and all probabilities, where no edge holds them."""
    rivals = certificate["differential"][len(certificate["claims"]) :]
    if rivals:
        place, first = rng.choice(rivals), certificate["differential"][0]
        less = rng.uniform(0.001, 0.01)
        place["log10_likelihood_ratio"] = f"{float(place['log10_likelihood_ratio']) - less / math.log(10):.6g}"
        place["score"] = f"{float(place['score']) - less:.6g}"
        apart = float(place["score"]) - float(first["score"])
        place["probability"] = f"{float(first['probability']) * math.exp(apart):.6g}"


def _derived(certificate: Certificate, rng: random.Random) -> None:
    name = rng.choice(sorted(certificate["derived"]))
    certificate["derived"][name] = _other_digit(certificate["derived"][name], rng)


def _settings(certificate: Certificate, rng: random.Random) -> None:
    """Another ranker. Under other candidates or another language an honest run may say the same, and then it holds."""
    certificate["settings"]["ranker"] = f"another {rng.randint(0, 9)}"


def _span(certificate: Certificate, rng: random.Random) -> None:
    if spans := [finding for finding in certificate["case"]["findings"] if finding["start"] is not None]:
        rng.choice(spans)[rng.choice(["start", "end"])] += rng.choice([-2, -1, 1, 2])


def _quote(certificate: Certificate, rng: random.Random) -> None:
    if certificate["case"]["findings"]:
        finding = rng.choice(certificate["case"]["findings"])
        finding["text"] = (finding["text"] or "")[::-1] + "x"


def _patient(certificate: Certificate, rng: random.Random) -> None:
    if rng.random() < 0.5:
        certificate["case"]["sex"] = rng.choice(["MALE", "FEMALE", None])
    else:
        certificate["case"]["age_years"] = str(rng.randint(0, 90))


def _uncounted_finding(certificate: Certificate, rng: random.Random) -> None:
    """A finding that is not counted is left out or called otherwise."""
    counted = _counted(certificate)
    findings = certificate["case"]["findings"]
    if held := [n for n, finding in enumerate(findings) if finding["id"] not in counted]:
        number = rng.choice(held)
        if rng.random() < 0.5:
            findings.pop(number)
        else:
            findings[number]["status"] = rng.choice(STATUSES[1:])
        used = {item["id"] for item in (*certificate["differential"], *findings)}
        certificate["nodes"] = [node for node in certificate["nodes"] if node["record"]["id"] in used]


def _step_left_out(certificate: Certificate, rng: random.Random) -> None:
    if certificate["steps"]:
        certificate["steps"].pop(rng.randrange(len(certificate["steps"])))
        certificate["steps_by"] = certificate["steps_by"] if certificate["steps"] else None


def _missing_source(certificate: Certificate, rng: random.Random) -> None:
    if certificate["missing_sources"]:
        certificate["missing_sources"].pop(rng.randrange(len(certificate["missing_sources"])))
    else:
        certificate["missing_sources"].append("mondo")


# Parts of alterations


def _some_claim(certificate: Certificate, rng: random.Random) -> Certificate | None:
    return rng.choice(certificate["claims"]) if certificate["claims"] else None


def _some_number(certificate: Certificate, rng: random.Random) -> Certificate | None:
    numbers = [number for claim in certificate["claims"] for number in claim["numbers"]]
    return rng.choice(numbers) if numbers else None


def _counted(certificate: Certificate) -> set[str]:
    findings = certificate["case"]["findings"]
    return {item["id"] for item in findings if item["status"] == "present" and item["experiencer"] == "patient"}


def _without(value: Any, gone: str) -> Any:
    """The value without an id in any list."""
    if isinstance(value, dict):
        return {key: _without(one, gone) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, gone) for one in value if one != gone]
    return value


def _copy_places(certificate: Certificate) -> None:
    """Say in the claims what the differential says."""
    places = certificate["differential"]
    for claim, place in zip(certificate["claims"], places, strict=False):
        claim["disease"] = dict(place)
        claim["rivals"] = [rival["id"] for rival in places if rival is not place]


def _rename(certificate: Certificate, entry: Certificate, name: str) -> None:
    """Another id in the differential and in the claims; there is no node of that id to prove its name."""
    entry["id"] = name
    _copy_places(certificate)


def _swap(one: Certificate, other: Certificate) -> None:
    for key in ("id", "name"):
        one[key], other[key] = other[key], one[key]


def _leave_out(certificate: Certificate, number: int) -> None:
    gone = certificate["differential"].pop(number)
    if number < len(certificate["claims"]):
        certificate["claims"].pop(number)
    for rank, entry in enumerate(certificate["differential"], 1):
        entry["rank"] = rank
    certificate["nodes"] = [node for node in certificate["nodes"] if node["record"]["id"] != gone["id"]]
    _copy_places(certificate)


def _other_digit(text: str, rng: random.Random) -> str:
    """The text with one digit changed, so that its value changes."""
    places = [place for place, letter in enumerate(text) if letter.isdigit() and text[place - 1 : place] != "e"]
    place = rng.choice(places)
    digit = rng.choice([d for d in "0123456789" if d != text[place]])
    return text[:place] + digit + text[place + 1 :]


def _other_leading_digit(text: str, rng: random.Random) -> str:
    """Another number: one of the first three significant digits is changed."""
    value = float(text)
    if not value:
        return text
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - rng.randint(0, 2))
    return f"{value + rng.choice([-1, 1]) * unit * 0.9:.6g}"


VISIBLE: dict[str, Alteration] = {
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
    **VISIBLE_TERMS,
}
"""Kinds that the portable depth always rejects, given the true build id."""

BEYOND_PORTABLE: dict[str, Alteration] = {
    "contrary edge left out": _contrary_left_out,
    "derived artefact": _derived,
    "missing source": _missing_source,
    "patient": _patient,
    "quote": _quote,
    "rival left out": _rival_left_out,
    "rival's evidence rewritten": _evidence_rewritten,
    "rivals swapped": _rivals_swapped,
    "settings": _settings,
    "similarity": _similarity,
    "span": _span,
    "step left out": _step_left_out,
    "uncounted finding": _uncounted_finding,
    **BEYOND_TERMS,
}
"""Kinds that it need not see; the snapshot does, and for findings and spans the document."""

BEYOND_CHECKER = frozenset({"match type", "query", "rules"})
"""Visible kinds that the independent checker does not look at."""
