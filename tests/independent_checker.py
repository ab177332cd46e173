"""A second reading of the certificate, written from its description alone: it imports nothing of the project.

    python tests/independent_checker.py CERTIFICATE.json [BUILD_ID]

It checks seal, build id, inclusion proofs, the way from edges to numbers to scores, and references; it prints what is
wrong and then exits with 1.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from pathlib import Path

NEGATIVE = {"LACKS_SYMPTOM", "NOT_INDICATED_FOR"}
PRESENTATION = ("HAS_SYMPTOM", "LACKS_SYMPTOM")
ABOUT = ("supports", "argues_against")
KINDS = {"HAS_SYMPTOM": (*ABOUT, "missing"), "LACKS_SYMPTOM": ABOUT, "INTERACTS_WITH": ("interacts_with",)}
KINDS |= dict.fromkeys(("TREATS", "PALLIATES", "NOT_INDICATED_FOR"), ("treats",))
KINDS |= dict.fromkeys(("CONTRAINDICATED_IN", "DOSE_LIMIT"), ("contraindicated_by",))
KINDS |= dict.fromkeys(("ASSOCIATED_WITH", "CAUSES", "RAISES_RISK_OF"), ("explained_by",))
FORMULA = "ln(frequency / background + 0.1) - 0.5 * (ic_finding - ic_matched)"
CLASS = {"HP:0040280": 1.0, "HP:0040281": 0.895, "HP:0040282": 0.545, "HP:0040283": 0.17, "HP:0040284": 0.025}
CLASS["HP:0040285"] = 0.0


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(data):
    return hashlib.sha256(data).digest()


def text_of(value):
    return f"{value + 0.0:.6g}"


def near(parts, total):
    held = [abs(v) for v in (*parts, total) if v]
    slack = sum(0.5 * 10.0 ** (math.floor(math.log10(v)) - 5) for v in held) + 4e-6 * sum(held)
    return abs(math.fsum(parts) - total) <= slack * math.log(10)


def root_from(edge):
    current = sha256(b"\x00" + canonical(edge["record"]))
    for side, sibling in edge["proof"]:
        other = bytes.fromhex(sibling)
        current = sha256(b"\x01" + (other + current if side == "left" else current + other))
    return current.hex()


def all_edges(certificate):
    for claim in certificate["claims"]:
        yield from (edge for part in ("edges", "links", "hierarchy", "contrary") for edge in claim[part])
    for step in certificate["steps"]:
        yield from (step["edge"], *step["hierarchy"])


def check_hashes(certificate, trusted):
    build = certificate["build"]
    if sha256(canonical({k: v for k, v in certificate.items() if k != "seal"})).hex() != certificate["seal"]:
        yield "seal"
    counts = [build["nodes"], build["nodes_root"], build["edges"], build["edges_root"]]
    if sha256(canonical(["aitia-build", build["schema_version"], *counts])).hex() != build["id"]:
        yield "build id"
    if trusted and trusted != build["id"]:
        yield "another build"
    for edge in all_edges(certificate):
        if root_from(edge) != build["edges_root"]:
            yield f"inclusion of {edge['record'].get('id')}"
        if "'" + edge["record"]["id"] + "'" not in certificate["query"]:
            yield "query"


def check_names(certificate):
    named = [*certificate["differential"], *certificate["case"]["findings"]]
    names = {node["record"]["id"]: node["record"]["name"] for node in certificate["nodes"]}
    if any(root_from(node) != certificate["build"]["nodes_root"] for node in certificate["nodes"]):
        yield "inclusion of a node"
    if any(names.get(one["id"]) != one["name"] for one in named if one["id"] not in certificate["case"]["unlinked"]):
        yield "name"


def check_places(places):
    if [place["rank"] for place in places] != list(range(1, len(places) + 1)) or len(places) > 10:
        yield "ranks"
    if len({place["id"] for place in places}) != len(places):
        yield "disease in two places"
    shares = [float(place["probability"]) for place in places]
    if any(not 0 <= share <= 1 for share in shares) or sum(shares) > 1.0001:
        yield "probabilities"
    for place, share in zip(places, shares):  # noqa: B905
        priors = [float(prior["value"]) for prior in place["priors"]]
        parts = [float(place["log10_likelihood_ratio"]) * math.log(10), float(place["correction"]), *priors]
        score, first = float(place["score"]), float(places[0]["score"])
        if not near(parts, score) or score > first + 1e-4:
            yield "score"
        if share and shares[0] and not near([math.log(share / shares[0]), first, 3.0], score + 3.0):
            yield "probability and score"


def value_of(support):
    return float(support["weight"]) * float(support["frequency"])


def counts_of(record):
    n, m, percent = (record.get(f"frequency_{key}") for key in ("n", "m", "percent"))
    if n is not None and m:
        return min(float(n), float(m)), float(m)
    if record.get("frequency_class") in CLASS:
        return 10 * CLASS[record["frequency_class"]], 10.0
    if percent is not None:
        return 10 * min(max(float(str(percent).rstrip("%")), 0.0), 100.0) / 100, 10.0
    return 0.6, 1.0


def is_row(record):
    counted_none = record["relation"] == "LACKS_SYMPTOM" and counts_of(record)[0] == 0
    return record["relation"] == "HAS_SYMPTOM" or counted_none


def leads_up(low, high, ids, records):
    for edge in ids:
        if records[edge]["relation"] != "IS_A" or records[edge]["subject"] != low:
            return False
        low = records[edge]["object"]
    return low == high


def check_support(support, number, records):
    rows = [records[edge] for edge in support["edges"]]
    said = {(r["subject"], r["object"], r.get("asserted_subject") or r["subject"]) for r in rows}
    if said != {(support["disease"], support["term"], support["entry"])} or not all(map(is_row, rows)):
        yield "rows of a frequency"
    n, m = (sum(column) for column in zip(*map(counts_of, rows)))  # noqa: B905
    if support["frequency"] != text_of((n + 0.6) / (m + 3)):
        yield "frequency of rows"
    if not leads_up(support["term"], number["matched"], support["path"], records):
        yield "path of a row"


def check_frequency(claim, number):
    lent = {support["neighbour"]: value_of(support) for support in number["lent"]}
    weights = {one["entry"]: float(one["similarity"]) for one in claim["neighbours"]}
    mean = sum(w * lent.get(e, 0.0) for e, w in weights.items()) / (sum(weights.values()) or 1.0)
    own = value_of(number["own"]) if number["own"] else 0.0
    if text_of(1 - (1 - own) * (1 - 0.6 * mean)) != number["frequency"] or not set(lent) <= set(weights):
        yield "frequency"


def check_ratio(number):
    p, bg, bg_finding = (float(number[key]) for key in ("frequency", "background", "background_finding"))
    ic_matched, ic_finding = text_of(-math.log(bg)), text_of(-math.log(bg_finding))
    if [number["ic_matched"], number["ic_finding"]] != [ic_matched, ic_finding] or not 0 <= p <= 1:
        yield "information content"
    ratio = math.log(0.1)
    if number["matched"]:
        ratio = math.log(p / bg + 0.1) - 0.5 * (float(ic_finding) - float(ic_matched))
    if number["log_likelihood_ratio"] != text_of(ratio) or (not number["matched"] and p):
        yield "likelihood ratio"
    if number["matched"] in (None, number["finding"]) and number["background"] != number["background_finding"]:
        yield "background"


def check_contrary(place, edge, records, present, absent):
    record, finding = edge["record"], edge["finding"]
    denies = record["relation"] == "LACKS_SYMPTOM" and finding in present
    asserts = record["relation"] == "HAS_SYMPTOM" and finding in absent
    ends = (finding, record["object"]) if denies else (record["object"], finding)
    if record["subject"] != place["id"] or not (denies or asserts) or not leads_up(*ends, edge["path"], records):
        yield "contrary edge"


def check_numbers(claim, records):
    for number in claim["numbers"]:
        for support in supports_of(number):
            yield from check_support(support, number, records)
        if number["derived"] and number["matched"]:
            yield from check_frequency(claim, number)
        yield from check_ratio(number)
        if not leads_up(number["finding"], number["matched"] or number["finding"], number["path"], records):
            yield "path of a finding"
        if number["own"] and number["own"]["disease"] != claim["disease"]["id"]:
            yield "rows of another disease"


def supports_of(number):
    return [*([number["own"]] if number["own"] else []), *number["lent"]]


def check_edges(claim, place, records):
    numbers, parts = claim["numbers"], ("edges", "links", "hierarchy")
    walks = [*numbers, *claim["contrary"], *(support for number in numbers for support in supports_of(number))]
    used = {edge for number in numbers for edge in number["edges"]} | {edge for walk in walks for edge in walk["path"]}
    used |= {edge for neighbour in claim["neighbours"] for edge in neighbour["links"]}
    if sorted(used) != sorted(edge["record"]["id"] for part in parts for edge in claim[part]):
        yield "cited edges"
    if not all(is_row(edge["record"]) for edge in claim["edges"]):
        yield "polarity of a supporting edge"
    for one in claim["neighbours"]:
        links = [records[edge] for edge in one["links"]]
        ends = [link.get("asserted_object") or link["object"] for link in links]
        if ends != [place["id"], one["entry"]] or len({link["subject"] for link in links}) != 1:
            yield "neighbour"


def check_claim(certificate, place, claim):
    present, absent = terms_of(certificate, "present"), terms_of(certificate, "absent")
    rivals = [p["id"] for p in certificate["differential"] if p["id"] != place["id"]]
    if claim["disease"] != place or claim["formula"] != FORMULA or claim["rivals"] != rivals:
        yield "claim"
    if sorted(present - set(certificate["case"]["unlinked"])) != [number["finding"] for number in claim["numbers"]]:
        yield "findings"
    records = {e["record"]["id"]: e["record"] for part in ("edges", "links", "hierarchy") for e in claim[part]}
    yield from check_numbers(claim, records)
    yield from check_edges(claim, place, records)
    ratios, corrections = ([float(n[key]) for n in claim["numbers"]] for key in ("log_likelihood_ratio", "correction"))
    if not near(ratios, float(place["log10_likelihood_ratio"]) * math.log(10)):
        yield "sum"
    if not near(corrections, float(place["correction"])):
        yield "corrections"
    for edge in claim["contrary"]:
        yield from check_contrary(place, edge, records, present, absent)


def terms_of(certificate, status):
    own = [finding for finding in certificate["case"]["findings"] if finding["experiencer"] == "patient"]
    return {finding["id"] for finding in own if finding["status"] == status}


def check_step(certificate, step):
    record = step["edge"]["record"]
    if step["polarity"] != ("negative" if record["relation"] in NEGATIVE else "positive"):
        yield "polarity of a step"
    if step["kind"] not in KINDS.get(record["relation"], ()):
        yield "kind of a step"
    if record["relation"] not in PRESENTATION:
        return
    held = {status: terms_of(certificate, status) for status in ("present", "absent")}
    finding, records = step["finding"], {edge["record"]["id"]: edge["record"] for edge in step["hierarchy"]}
    up = leads_up(record["object"], finding, [*records], records)
    down = leads_up(finding, record["object"], [*records][::-1], records)
    agree, clash = ("present", "absent") if record["relation"] == "HAS_SYMPTOM" else ("absent", "present")
    supports = step["kind"] == "supports" and finding in held[agree] and (up or down)
    argues = step["kind"] == "argues_against" and finding in held[clash] and (up if clash == "absent" else down)
    missing = step["kind"] == "missing" and record["object"] not in held["present"] | held["absent"]
    if record["subject"] != certificate["differential"][0]["id"] or not (supports or argues or missing):
        yield "meaning of a step"


def check(certificate, trusted=None):
    """Names of what is wrong; empty when everything holds."""
    try:
        places, claims = certificate["differential"], certificate["claims"]
        problems = [*check_hashes(certificate, trusted), *check_names(certificate), *check_places(places)]
        if len(claims) != min(3, len(places)):
            problems.append("number of claims")
        for place, claim in zip(places, claims):  # noqa: B905
            problems.extend(check_claim(certificate, place, claim))
        for step in certificate["steps"]:
            problems.extend(check_step(certificate, step))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return [f"not a certificate: {error!r}"]
    return problems


if __name__ == "__main__":
    found = check(json.loads(Path(sys.argv[1]).read_bytes()), sys.argv[2] if len(sys.argv) > 2 else None)
    print("\n".join(found) or "holds")
    sys.exit(1 if found else 0)
