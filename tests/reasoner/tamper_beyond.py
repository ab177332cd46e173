"""Alterations that only the snapshot or the document shows."""

from __future__ import annotations

import math
import random

from tests.reasoner.tamper_parts import (
    STATUSES,
    Alteration,
    Certificate,
    copy_places,
    counted_terms,
    leave_out,
    other_digit,
    swap,
)

__all__ = ["BEYOND_CONCLUSION"]


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
        leave_out(certificate, rng.randrange(len(certificate["claims"]), len(certificate["differential"])))


def _rivals_swapped(certificate: Certificate, rng: random.Random) -> None:
    rivals = certificate["differential"][len(certificate["claims"]) :]
    if len(rivals) > 1:
        swap(*rng.sample(rivals, 2))
        copy_places(certificate)


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
    certificate["derived"][name] = other_digit(certificate["derived"][name], rng)


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
    counted = counted_terms(certificate)
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


BEYOND_CONCLUSION: dict[str, Alteration] = {
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
}
