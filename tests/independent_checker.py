"""A second reading of the certificate, written from its description alone: it imports nothing of the project.

    python tests/independent_checker.py CERTIFICATE.json [BUILD_ID]

It checks seal, build id, inclusion proofs, arithmetic and references, prints what is wrong and then exits with 1.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from pathlib import Path

TOLERANCE = 5e-4
NEGATIVE = {"LACKS_SYMPTOM", "NOT_INDICATED_FOR"}
KINDS = {
    "HAS_SYMPTOM": ("supports", "argues_against", "missing"),
    "LACKS_SYMPTOM": ("supports", "argues_against"),
    "TREATS": ("treats",),
    "PALLIATES": ("treats",),
    "NOT_INDICATED_FOR": ("treats",),
    "CONTRAINDICATED_IN": ("contraindicated_by",),
    "DOSE_LIMIT": ("contraindicated_by",),
    "INTERACTS_WITH": ("interacts_with",),
    "ASSOCIATED_WITH": ("explained_by",),
    "CAUSES": ("explained_by",),
    "RAISES_RISK_OF": ("explained_by",),
}
FORMULA = "ln(frequency / background + 0.1) - 0.5 * (ic_finding - ic_matched)"


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(data):
    return hashlib.sha256(data).digest()


def root_from(edge):
    current = sha256(b"\x00" + canonical(edge["record"]))
    for side, sibling in edge["proof"]:
        other = bytes.fromhex(sibling)
        current = sha256(b"\x01" + (other + current if side == "left" else current + other))
    return current.hex()


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\r", "\\r").replace("\n", "\\n") + "'"


def near(one, other):
    return abs(one - other) <= TOLERANCE


def check_hashes(certificate, trusted):
    build = certificate["build"]
    sealed = {key: value for key, value in certificate.items() if key != "seal"}
    if sha256(canonical(sealed)).hex() != certificate["seal"]:
        yield "seal"
    counts = [build["nodes"], build["nodes_root"], build["edges"], build["edges_root"]]
    if sha256(canonical(["aitia-build", build["schema_version"], *counts])).hex() != build["id"]:
        yield "build id"
    if trusted and trusted != build["id"]:
        yield "another build"
    for edge in all_edges(certificate):
        if root_from(edge) != build["edges_root"]:
            yield f"inclusion of {edge['record'].get('id')}"


def all_edges(certificate):
    for claim in certificate["claims"]:
        yield from claim["edges"]
        yield from claim["contrary"]
    for step in certificate["steps"]:
        yield step["edge"]


def check_differential(places):
    if [place["rank"] for place in places] != list(range(1, len(places) + 1)):
        yield "ranks"
    if len({place["id"] for place in places}) != len(places):
        yield "disease in two places"
    for key in ("score", "probability"):
        values = [float(place[key]) for place in places]
        if any(values[i + 1] > values[i] + TOLERANCE for i in range(len(values) - 1)):
            yield f"order by {key}"
    shares = [float(place["probability"]) for place in places]
    if any(not 0 <= share <= 1 for share in shares) or sum(shares) > 1 + TOLERANCE:
        yield "probabilities"


def check_number(number):
    if number["matched"] is None:
        if float(number["frequency"]) or not near(float(number["log_likelihood_ratio"]), math.log(0.1)):
            yield "score without a match"
        return
    p, bg = float(number["frequency"]), float(number["background"])
    if not (0 <= p <= 1 and 0 < bg <= 1):
        yield "range of a frequency"
        return
    ic_q, ic_a = float(number["ic_finding"]), float(number["ic_matched"])
    if not near(math.log(p / bg + 0.1) - 0.5 * (ic_q - ic_a), float(number["log_likelihood_ratio"])):
        yield f"likelihood of {number['finding']}"
    if not near(-math.log(bg), ic_a) or (number["matched"] == number["finding"] and ic_q != ic_a):
        yield f"information content of {number['matched']}"


def check_claim(certificate, place, claim):
    own = [f for f in certificate["case"]["findings"] if f["experiencer"] == "patient"]
    present = {f["id"] for f in own if f["status"] == "present"}
    absent = {f["id"] for f in own if f["status"] == "absent"}
    if claim["disease"] != place or claim["formula"] != FORMULA:
        yield "claim"
    if claim["rivals"] != [p["id"] for p in certificate["differential"] if p["id"] != place["id"]]:
        yield "rivals"
    for number in claim["numbers"]:
        yield from check_number(number)
    total = sum(float(number["log_likelihood_ratio"]) for number in claim["numbers"])
    if not near(total / math.log(10), float(place["log10_likelihood_ratio"])):
        yield "sum"
    findings = [number["finding"] for number in claim["numbers"]]
    if len(set(findings)) != len(findings) or not set(findings) <= present:
        yield "findings"
    cited = sorted({edge for number in claim["numbers"] for edge in number["edges"]})
    if cited != sorted(edge["record"]["id"] for edge in claim["edges"]):
        yield "cited edges"
    if any(edge["record"]["relation"] in NEGATIVE for edge in claim["edges"]):
        yield "polarity of a supporting edge"
    for edge in claim["contrary"]:
        relation = edge["record"]["relation"]
        fits = relation == "LACKS_SYMPTOM" or (relation == "HAS_SYMPTOM" and absent)
        if edge["record"]["subject"] != place["id"] or not fits:
            yield "contrary edge"


def check(certificate, trusted=None):
    """Names of what is wrong; empty when everything holds."""
    try:
        problems = [*check_hashes(certificate, trusted), *check_differential(certificate["differential"])]
        places, claims = certificate["differential"], certificate["claims"]
        if len(places) > 10 or len(claims) != min(3, len(places)):
            problems.append("number of claims")
        for place, claim in zip(places, claims):  # noqa: B905
            problems.extend(check_claim(certificate, place, claim))
        for step in certificate["steps"]:
            negative = step["edge"]["record"]["relation"] in NEGATIVE
            if step["polarity"] != ("negative" if negative else "positive"):
                problems.append("polarity of a step")
            if step["kind"] not in KINDS.get(step["edge"]["record"]["relation"], ()):
                problems.append("kind of a step")
        for edge in all_edges(certificate):
            if quoted(edge["record"]["id"]) not in certificate["query"]:
                problems.append("query")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return [f"not a certificate: {error!r}"]
    return problems


if __name__ == "__main__":
    found = check(json.loads(Path(sys.argv[1]).read_bytes()), sys.argv[2] if len(sys.argv) > 2 else None)
    print("\n".join(found) or "holds")
    sys.exit(1 if found else 0)
