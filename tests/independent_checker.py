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

LN10, FLOOR = math.log(10), math.log(0.1)
FORMULA = "ln(frequency / background + 0.1) - 0.5 * (ic_finding - ic_matched)"
CLASS = dict(zip((f"HP:004028{n}" for n in range(6)), (1.0, 0.895, 0.545, 0.17, 0.025, 0.0), strict=True))
ODDS = {"pathogenic": 99, "likely_pathogenic": 19, "likely_benign": 1 / 19, "benign": 1 / 99}
ONE_COPY = {f"HP:{local}" for local in ("0000006", "0001423", "0001417", "0001450", "0001427", "0003745")}
ABOUT = {"treats": ("TREATS", "PALLIATES", "NOT_INDICATED_FOR")}
ABOUT["explained_by"] = ("ASSOCIATED_WITH", "CAUSES", "RAISES_RISK_OF")
ABOUT["contraindicated_by"] = ("CONTRAINDICATED_IN", "DOSE_LIMIT")
KINDS = ABOUT | {"interacts_with": ("INTERACTS_WITH",)}
KINDS |= dict.fromkeys(("supports", "argues_against"), ("HAS_SYMPTOM", "LACKS_SYMPTOM")) | {"missing": ("HAS_SYMPTOM",)}


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(data):
    return hashlib.sha256(data).digest()


def root_from(leaf):
    current = sha256(b"\x00" + canonical(leaf["record"]))
    for side, sibling in leaf["proof"]:
        other = bytes.fromhex(sibling)
        current = sha256(b"\x01" + (other + current if side == "left" else current + other))
    return current.hex()


def text_of(value):
    return f"{value + 0.0:.6g}"


def value_of(text):
    if text != text_of(float(text)):
        raise ValueError(f"{text} is not how a certificate writes a number")
    return float(text)


def rounding(value):
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(value))) - 5) + 4e-6 * abs(value) if value else 0.0


def near(parts, total, carried=0.0):
    """Whether rounded numbers make a rounded sum; what they were computed from carries them a little, too."""
    return abs(math.fsum(parts) - total) <= sum(map(rounding, (*parts, total))) * LN10 + carried


def carried(number):
    p, bg, *ics = (value_of(number[key]) for key in ("frequency", "background", "ic_finding", "ic_matched"))
    return 1e-5 + rounding(p) / (p or 1.0) + rounding(bg) / bg + sum(map(rounding, ics)) / 2


def once(items):
    return len(set(items)) == len(items)


def counts_of(record):
    n, m, percent = (record.get(f"frequency_{key}") for key in ("n", "m", "percent"))
    if n is not None and m:
        return min(float(n), float(m)), float(m)
    if record.get("frequency_class") in CLASS:
        return 10 * CLASS[record["frequency_class"]], 10.0
    return (0.6, 1.0) if percent is None else (min(max(float(str(percent).rstrip("%")), 0.0), 100.0) / 10, 10.0)


def is_row(record):
    """A symptom that the disease has, or that none of m patients had."""
    return record["relation"] == "HAS_SYMPTOM" or (record["relation"] == "LACKS_SYMPTOM" and not counts_of(record)[0])


def leads_up(low, high, records):
    for record in records:
        if (record["relation"], record["subject"]) != ("IS_A", low):
            return False
        low = record["object"]
    return low == high


def supports_of(number):
    return [support for support in (number["own"], *number["lent"]) if support]


class Checker:
    """Collects what is wrong with one certificate."""

    def __init__(self, certificate, trusted):
        self.held, self.trusted, self.wrong = certificate, trusted, []
        own = [finding for finding in certificate["case"]["findings"] if finding["experiencer"] == "patient"]
        self.present, self.absent = ({f["id"] for f in own if f["status"] == one} for one in ("present", "absent"))

    def need(self, holds, what):
        if not holds:
            self.wrong.append(what)

    def check(self):
        places, claims, steps = (self.held[part] for part in ("differential", "claims", "steps"))
        parts = [edge for one in claims for part in ("edges", "links", "hierarchy", "contrary") for edge in one[part]]
        self.hashes([*parts, *(edge for step in steps for edge in (step["edge"], *step["hierarchy"]))])
        self.names(places, claims)
        self.places(places)
        self.need(len(claims) == min(3, len(places)), "number of claims")
        for place, claim in zip(places, claims, strict=False):
            self.claim(place, claim)
        self.need(once([(step["kind"], step["finding"], step["edge"]["record"]["id"]) for step in steps]), "steps")
        for step in steps:
            self.step(step, places[0]["id"])
        return self.wrong

    def hashes(self, edges):
        held, build = self.held, self.held["build"]
        self.need(sha256(canonical({k: v for k, v in held.items() if k != "seal"})).hex() == held["seal"], "seal")
        counts = [build[key] for key in ("schema_version", "nodes", "nodes_root", "edges", "edges_root")]
        self.need(sha256(canonical(["aitia-build", *counts])).hex() == build["id"], "build id")
        self.need(not self.trusted or self.trusted == build["id"], "another build")
        self.need(all(root_from(edge) == build["edges_root"] for edge in edges), "inclusion of an edge")
        self.need(all(f"'{edge['record']['id']}'" in held["query"] for edge in edges), "query")
        self.need(all(root_from(node) == build["nodes_root"] for node in held["nodes"]), "inclusion of a node")

    def names(self, places, claims):
        records = {node["record"]["id"]: node["record"] for node in self.held["nodes"]}
        named, unlinked = [*places, *self.held["case"]["findings"]], self.held["case"]["unlinked"]
        ids, shares = {one["id"] for one in named}, {share["gene"] for claim in claims for share in claim["genes"]}
        self.need(once(unlinked) and {*unlinked} <= ids and all(map(str.isascii, unlinked)), "unlinked findings")
        self.need(sorted(records) == sorted(ids - {*unlinked} | shares), "nodes")
        self.need(all(one["id"] in unlinked or records[one["id"]]["name"] == one["name"] for one in named), "name")
        for gene in self.held["genes"]:
            record = records.get(gene["node"], {"id": gene["name"], "name": ""})
            names = [record["id"], record["name"], *record.get("synonyms", ()), *record.get("xrefs", ())]
            self.need(gene["name"].casefold() in {name.casefold() for name in names}, "name of a gene")

    def places(self, places):
        self.need([place["rank"] for place in places] == list(range(1, len(places) + 1))[:10], "ranks")
        self.need(once([place["id"] for place in places]), "disease in two places")
        shares, scores = ([value_of(place[key]) for place in places] for key in ("probability", "score"))
        self.need(all(0 <= share <= 1 for share in shares) and sum(shares) <= 1.0001, "probabilities")
        for place, share, score in zip(places, shares, scores, strict=True):
            priors = {prior["name"]: value_of(prior["value"]) for prior in place["priors"]}
            ratio = value_of(place["log10_likelihood_ratio"]) * LN10
            self.need(near([ratio, value_of(place["correction"]), *priors.values()], score), "sum of a score")
            self.need(score <= scores[0] + 1e-4, "order of scores")
            apart = math.log(share / shares[0]) - (score - scores[0]) if share and shares[0] else 0.0
            self.need(abs(apart) <= 2e-5 + rounding(score) + rounding(scores[0]), "probability and score")
            self.need(len(priors) == len(place["priors"]) and self.may_shift(priors), "priors")
            named = [each for each in self.held["proposals"] if place["id"] in each["diseases"]]
            worth = [3 - 0.6 * (each["rank"] - 1) - math.log(len(each["diseases"])) / 2 for each in named]
            self.need(near([max([0.0, *worth])], priors.get("proposals", 0.0)), "proposals")
        refused = [(each["rejection"] is None) == bool(each["diseases"]) for each in self.held["proposals"]]
        self.need(all(refused), "neither proposed nor refused")

    def may_shift(self, priors):
        settings, case = self.held["settings"], self.held["case"]
        may = {"unmentioned": True, "absent": bool(self.absent), "genes": self.held["genes"], "proposals": True}
        if not settings["uniform_prior"]:
            may |= {"prevalence": settings["setting"] == "hospital", "age": case["age_years"]}
        costs = [name in ("genes", "proposals") or nats < 0 for name, nats in priors.items()]
        return all(costs) and all(map(may.get, priors))

    def claim(self, place, claim):
        rivals = [one["id"] for one in self.held["differential"] if one["id"] != place["id"]]
        self.need((claim["disease"], claim["formula"], claim["rivals"]) == (place, FORMULA, rivals), "claim")
        counted = sorted(self.present - set(self.held["case"]["unlinked"]))
        self.need([number["finding"] for number in claim["numbers"]] == counted, "findings")
        records = {e["record"]["id"]: e["record"] for part in ("edges", "links", "hierarchy") for e in claim[part]}
        for number in claim["numbers"]:
            self.frequency(claim, number, records)
            self.ratio(number)
        self.references(claim)
        self.neighbours(place["id"], claim, records)
        self.contrary(place["id"], claim["contrary"], records)
        self.genes(place, claim, records)
        ratios, shares = (
            [value_of(n[key]) for n in claim["numbers"]] for key in ("log_likelihood_ratio", "correction")
        )
        total, slack = value_of(place["log10_likelihood_ratio"]) * LN10, sum(map(carried, claim["numbers"]))
        self.need(near(ratios, total, slack), "sum of ratios")
        self.need(near(shares, value_of(place["correction"])), "sum of corrections")

    def frequency(self, claim, number, records):
        supports, value = supports_of(number), {}
        for support in supports:
            rows = [records[edge] for edge in support["edges"]]
            said = {(row["subject"], row["object"], row.get("asserted_subject") or row["subject"]) for row in rows}
            self.need(said == {(support["disease"], support["term"], support["entry"])}, "rows of a frequency")
            n, m = (sum(column) for column in zip(*map(counts_of, rows), strict=True))
            self.need(support["frequency"] == text_of((n + 0.6) / (m + 3)), "frequency of rows")
            path = [records[edge] for edge in support["path"]]
            self.need(leads_up(support["term"], number["matched"], path), "path of a row")
            value[id(support)] = value_of(support["weight"]) * value_of(support["frequency"])
        weights = {one["entry"]: value_of(one["similarity"]) for one in claim["neighbours"]}
        lent = math.fsum(weights[one["neighbour"]] * value[id(one)] for one in number["lent"])
        own = value[id(number["own"])] if number["own"] else 0.0
        frequency = 1 - (1 - own) * (1 - 0.6 * lent / (sum(weights.values()) or 1.0))
        self.need(number["frequency"] == text_of(frequency) and bool(supports) == bool(number["matched"]), "frequency")
        self.need(not number["own"] or number["own"]["disease"] == claim["disease"]["id"], "rows of another disease")
        path = [records[edge] for edge in number["path"]]
        self.need(leads_up(number["finding"], number["matched"] or number["finding"], path), "path of a finding")

    def ratio(self, number):
        p, bg, bg_finding = (value_of(number[key]) for key in ("frequency", "background", "background_finding"))
        ics = [text_of(-math.log(one)) for one in (bg, bg_finding)]
        self.need([number["ic_matched"], number["ic_finding"]] == ics and 0 <= p <= 1, "information content")
        ratio = math.log(p / bg + 0.1) - 0.5 * (float(ics[1]) - float(ics[0])) if number["matched"] else FLOOR
        self.need(number["log_likelihood_ratio"] == text_of(ratio), "likelihood ratio")
        self.need(number["matched"] not in (None, number["finding"]) or bg == bg_finding, "background")

    def references(self, claim):
        """Every edge is cited, every citation is an edge, and nothing counts twice."""
        supports = [support for number in claim["numbers"] for support in supports_of(number)]
        lists = [one["edges"] for one in (*supports, *claim["genes"])] + [one["links"] for one in claim["neighbours"]]
        paths = [one["path"] for one in (*claim["numbers"], *claim["contrary"], *supports)]
        held = [edge["record"]["id"] for part in ("edges", "links", "hierarchy") for edge in claim[part]]
        self.need({edge for named in lists + paths for edge in named} == {*held} and once(held), "cited edges")
        self.need(all(map(once, lists)), "edge that counts twice")
        self.need(all(is_row(edge["record"]) for edge in claim["edges"]), "polarity of a supporting edge")

    def neighbours(self, disease, claim, records):
        self.need(once([one["entry"] for one in claim["neighbours"]]), "neighbour that counts twice")
        for one in claim["neighbours"]:
            links = [records[edge] for edge in one["links"]]
            ends = [link.get("asserted_object") or link["object"] for link in links]
            one_gene = len({link["subject"] for link in links}) == 1
            self.need(ends == [disease, one["entry"]] and one_gene and disease != one["entry"], "neighbour")

    def contrary(self, disease, edges, records):
        self.need(once([edge["record"]["id"] for edge in edges]), "contrary edge that is there twice")
        for edge in edges:
            record, finding, path = edge["record"], edge["finding"], [records[step] for step in edge["path"]]
            denies = record["relation"] == "LACKS_SYMPTOM" and finding in self.present
            asserts = record["relation"] == "HAS_SYMPTOM" and finding in self.absent
            ends = (finding, record["object"]) if denies else (record["object"], finding)
            against = record["subject"] == disease and (denies or asserts)
            self.need(against and leads_up(*ends, path), "contrary edge")

    def genes(self, place, claim, records):
        listed = {gene["node"]: gene for gene in self.held["genes"]}
        self.need(bool(listed) == bool(claim["genes"]), "genes of a claim")
        for share in claim["genes"]:
            gene, (link, *modes) = listed[share["gene"]], [records[edge] for edge in share["edges"]]
            said = (link["subject"], link["relation"], link["object"])
            self.need(said == (share["gene"], "ASSOCIATED_WITH", place["id"]), "gene of another disease")
            inherited = {(mode["subject"], mode["relation"]) for mode in modes} <= {(place["id"], "HAS_INHERITANCE")}
            self.need(inherited, "inheritance of another disease")
            worth = math.log(ODDS.get(gene["acmg_class"], 1)) + self.carrier_cost(gene, {m["object"] for m in modes})
            self.need(share["value"] == text_of(worth), "share of a gene")
        best = max((value_of(share["value"]) for share in claim["genes"]), default=0.0)
        added = [value_of(prior["value"]) for prior in place["priors"] if prior["name"] == "genes"]
        self.need(near([best], math.fsum(added)), "prior of genes")

    def carrier_cost(self, gene, modes):
        """One altered copy where every known mode of inheritance needs two."""
        needs_two = self.held["case"]["sex"] == "FEMALE" if "HP:0001419" in modes else "HP:0000007" in modes
        return FLOOR if gene["zygosity"] == "heterozygous" and not modes & ONE_COPY and needs_two else 0.0

    def step(self, step, leading):
        record, finding, kind = step["edge"]["record"], step["finding"], step["kind"]
        positive = record["relation"] not in ("LACKS_SYMPTOM", "NOT_INDICATED_FOR")
        self.need(step["polarity"] == ("positive" if positive else "negative"), "polarity of a step")
        self.need(record["relation"] in KINDS.get(kind, ()), "kind of a step")
        if record["relation"] not in KINDS["supports"]:
            self.need(kind not in ABOUT or record["object"] in {leading} | self.present | self.absent, "idle step")
            return
        path = [edge["record"] for edge in step["hierarchy"]]
        up, down = leads_up(record["object"], finding, path), leads_up(finding, record["object"], path[::-1])
        agree, clash = (self.present, self.absent) if positive else (self.absent, self.present)
        supports = kind == "supports" and finding in agree and (up or down)
        argues = kind == "argues_against" and finding in clash and (up if positive else down)
        missing = kind == "missing" and record["object"] not in self.present | self.absent
        self.need(record["subject"] == leading and (supports or argues or missing), "meaning of a step")


def check(certificate, trusted=None):
    """Names of what is wrong; empty when everything holds."""
    try:
        return Checker(certificate, trusted).check()
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        return [f"not a certificate: {error!r}"]


if __name__ == "__main__":
    found = check(json.loads(Path(sys.argv[1]).read_bytes()), sys.argv[2] if len(sys.argv) > 2 else None)
    print("\n".join(found) or "holds")
    sys.exit(1 if found else 0)
