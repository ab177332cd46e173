"""Certificates written by hand to deceive: every number follows, every hash fits, and what is said is not so."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from kg_builder.canonical import canonical_json
from kg_builder.merkle import EMPTY_ROOT, build_id_of, leaf_hash
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from ontologies.annotation import AssertionStatus
from ontologies.errors import InputError
from ontologies.term_id import TermId
from reasoner.intake.case import Case, Finding
from reasoner.proof.certificate import CertificateMaker
from reasoner.proof.certified_step import StepEdges
from reasoner.proof.decimals import decimal_string
from reasoner.proof.derived_numbers import frequency_of, likelihood_of, support_frequency
from reasoner.proof.schema_check import parse_certificate
from reasoner.proof.verification import Verifier
from tests.independent_checker import check
from tests.reasoner.certified import DISEASES, disease, small_case, term
from tests.reasoner.tamper import reseal

Certificate = dict[str, Any]


def _recount(certificate: Certificate) -> None:
    """Make every number follow from the rows that are named, as somebody would who knows the formulas."""
    for place, claim in zip(certificate["differential"], certificate["claims"], strict=False):
        records = {edge["record"]["id"]: edge["record"] for edge in claim["edges"]}
        for number in claim["numbers"]:
            supports = [support for support in (number["own"], *number["lent"]) if support]
            for support in supports:
                support["frequency"] = support_frequency(records[edge] for edge in support["edges"])
            if number["matched"]:
                number["frequency"] = frequency_of(number["own"], number["lent"], claim["neighbours"])
            number["log_likelihood_ratio"] = likelihood_of(number)
        ratios = math.fsum(float(number["log_likelihood_ratio"]) for number in claim["numbers"])
        place["log10_likelihood_ratio"] = decimal_string(ratios / math.log(10))
        priors = math.fsum(float(prior["value"]) for prior in place["priors"])
        place["score"] = decimal_string(ratios + float(place["correction"]) + priors)
    _share_out(certificate)


def _share_out(certificate: Certificate) -> None:
    """Order the places that have claims by their scores, and give all the probability to the places shown."""
    claims = {claim["disease"]["id"]: claim for claim in certificate["claims"]}
    places = sorted(certificate["differential"], key=lambda place: -float(place["score"]))
    weights = [math.exp(float(place["score"])) for place in places]
    for rank, (place, weight) in enumerate(zip(places, weights, strict=True), 1):
        place.update(rank=rank, probability=decimal_string(weight / sum(weights)))
    certificate["differential"] = places
    certificate["claims"] = [claims[place["id"]] for place in places[: len(claims)]]
    for place, claim in zip(places, certificate["claims"], strict=False):
        claim["disease"] = place
        claim["rivals"] = [rival["id"] for rival in places if rival is not place]


def _number_with_rows(claim: Certificate) -> Certificate:
    found: Certificate = next(number for number in claim["numbers"] if number["own"])
    return found


def _count_a_row_twice(certificate: Certificate) -> None:
    own = _number_with_rows(certificate["claims"][0])["own"]
    own["edges"] *= 2
    _recount(certificate)


def _lend_to_itself(certificate: Certificate) -> None:
    claim = next(claim for claim in certificate["claims"] if claim["neighbours"])
    number, link = _number_with_rows(claim), claim["neighbours"][0]["links"][0]
    itself = number["own"]["disease"]
    claim["neighbours"].append({"disease": itself, "entry": itself, "similarity": "1", "links": [link, link]})
    number["lent"].append({**number["own"], "neighbour": itself})
    _recount(certificate)


def _name_a_neighbour_twice(certificate: Certificate) -> None:
    claim = next(claim for claim in certificate["claims"] if claim["neighbours"])
    claim["neighbours"].append(copy.deepcopy(claim["neighbours"][0]))
    _recount(certificate)


def _argue_twice(certificate: Certificate) -> None:
    claim = next(claim for claim in certificate["claims"] if claim["contrary"])
    claim["contrary"].append(copy.deepcopy(claim["contrary"][0]))


def _say_a_step_twice(certificate: Certificate) -> None:
    certificate["steps"].append(copy.deepcopy(certificate["steps"][0]))


def _add_a_term_of_its_own(certificate: Certificate) -> None:
    certificate["differential"][0]["priors"].append({"name": "intuition", "value": "1.5"})
    certificate["differential"][0]["priors"].sort(key=lambda prior: prior["name"])
    _recount(certificate)


def _reward_silence(certificate: Certificate) -> None:
    """A term that can only cost something is worth something."""
    priors = certificate["differential"][0]["priors"]
    next(prior for prior in priors if prior["name"] == "unmentioned")["value"] = "1.5"
    _recount(certificate)


def _count_prevalence_in_genetics(certificate: Certificate) -> None:
    certificate["settings"]["setting"] = "genetics"


def _unlink_what_nobody_found(certificate: Certificate) -> None:
    certificate["case"]["unlinked"] = ["HP:7777777"]


def _swap_the_genes_of_two_shares(certificate: Certificate) -> None:
    claims = [claim for claim in certificate["claims"] if claim["genes"]]
    one, other = claims[0]["genes"][0], claims[-1]["genes"][0]
    one["gene"], other["gene"] = other["gene"], one["gene"]


def _name_a_gene_for_another(certificate: Certificate) -> None:
    one, other = certificate["genes"][0], certificate["genes"][2]
    one["name"], other["name"] = other["name"], one["name"]


def _use_a_letter_that_looks_alike(certificate: Certificate) -> None:
    finding = certificate["case"]["findings"][2]
    finding["id"] = finding["id"][:-1] + "３"
    certificate["case"]["unlinked"] = [finding["id"]]


def _hide_a_letter(certificate: Certificate) -> None:
    finding = certificate["case"]["findings"][2]
    finding["id"] += "\u200b"
    certificate["case"]["unlinked"] = [finding["id"]]


def _add_a_digit_below_the_tolerance(certificate: Certificate) -> None:
    place = certificate["differential"][0]
    place["score"] += "1" if "." in place["score"] else ".000001"
    certificate["claims"][0]["disease"] = place


FORGERIES: list[Callable[[Certificate], None]] = [
    _add_a_digit_below_the_tolerance,
    _add_a_term_of_its_own,
    _argue_twice,
    _count_a_row_twice,
    _count_prevalence_in_genetics,
    _hide_a_letter,
    _lend_to_itself,
    _name_a_gene_for_another,
    _name_a_neighbour_twice,
    _reward_silence,
    _say_a_step_twice,
    _swap_the_genes_of_two_shares,
    _unlink_what_nobody_found,
    _use_a_letter_that_looks_alike,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forgery_whose_numbers_all_follow_is_seen_without_the_graph(
    forge: Callable[[Certificate], None], furnished: Certificate, snapshot: Snapshot
) -> None:
    forged = copy.deepcopy(furnished)
    forge(forged)
    reseal(forged)
    assert Verifier(build=snapshot.build_id).verify(forged)
    assert check(forged, snapshot.build_id)


def test_to_recount_what_is_honest_changes_nothing_that_is_seen(furnished: Certificate, snapshot: Snapshot) -> None:
    """The forgeries fail for what they say, not for how they were made."""
    recounted = copy.deepcopy(furnished)
    _recount(recounted)
    reseal(recounted)
    assert recounted != furnished
    assert Verifier(build=snapshot.build_id).verify(recounted) == []
    assert check(recounted, snapshot.build_id) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("differential", 0, "score"), "1e+999"),
        (("differential", 0, "score"), "1e+308"),
        (("differential", 0, "score"), "nan"),
        (("differential", 0, "score"), float("nan")),
        (("differential", 0, "score"), "-0"),
        (("differential", 0, "probability"), "-0.1"),
        (("differential", 0, "probability"), "1e-320"),
        (("differential", 0, "rank"), True),
        (("settings", "ranker"), "/dev/stdin"),
        (("proposals", 0, "rank"), 10**400),
        (("case", "findings", 0, "end"), 2**63),
        (("claims", 0, "edges", 0, "record", "frequency_m"), 10**400),
        (("claims", 0, "edges", 0, "record", "frequency_n"), "x"),
        (("claims", 0, "edges", 0, "record", "frequency_class"), ["x"]),
        (("claims", 0, "edges", 0, "record", "tier"), "certain"),
        (("claims", 0, "edges", 0, "record", "subject"), "nothing"),
        (("nodes", 0, "record", "id"), []),
        (("nodes", 0, "record", "synonyms"), "x"),
        (("missing_sources",), ["\ud800"]),
        (("certainty",), "1"),
    ],
)
def test_what_no_certificate_holds_is_said_and_not_computed_with(
    path: tuple[str | int, ...], value: object, furnished: Certificate, snapshot: Snapshot
) -> None:
    forged = copy.deepcopy(furnished)
    holder: Any = forged
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    assert Verifier(build=snapshot.build_id).verify(forged)
    assert check(forged, snapshot.build_id)


@pytest.mark.parametrize(
    "key", ["build", "case", "claims", "differential", "nodes", "query", "seal", "settings", "steps"]
)
def test_a_certificate_that_lacks_a_part_is_none(key: str, furnished: Certificate, snapshot: Snapshot) -> None:
    forged = {name: part for name, part in furnished.items() if name != key}
    assert {issue.category for issue in Verifier(build=snapshot.build_id).verify(forged)} == {"not-a-certificate"}
    assert check(forged, snapshot.build_id)


@pytest.mark.parametrize("text", [b'{"seal": "0", "seal": "1"}', b'{"a": [{"b": 1, "b": 1}]}', b"{", b"\xff\xff"])
def test_a_key_that_is_there_twice_is_read_by_nobody(text: bytes) -> None:
    with pytest.raises(InputError, match="not a certificate"):
        parse_certificate(text)


def test_a_nest_of_lists_is_no_certificate() -> None:
    nest: list[Any] = []
    for _ in range(100_000):
        nest = [nest]
    assert {issue.category for issue in Verifier().verify({"schema": nest})} == {"not-a-certificate"}


def test_a_graph_of_ones_own_is_not_the_build_that_is_trusted(furnished: Certificate, snapshot: Snapshot) -> None:
    """A record that no source wrote, in a tree of that one leaf."""
    forged = copy.deepcopy(furnished)
    edge = forged["steps"][0]["edge"]
    edge["record"]["licence"] = "of my own"
    edge["proof"] = []
    forged["build"]["edges_root"] = leaf_hash(canonical_json(edge["record"])).hex()
    roots = EMPTY_ROOT, bytes.fromhex(forged["build"]["edges_root"])
    forged["build"] |= {"nodes": 0, "edges": 1, "nodes_root": roots[0].hex()}
    forged["build"]["id"] = build_id_of(forged["build"]["schema_version"], 0, roots[0], 1, roots[1])
    reseal(forged)
    assert "other-build" in {issue.category for issue in Verifier(build=snapshot.build_id).verify(forged)}
    assert "another build" in check(forged, snapshot.build_id)


def test_a_step_that_the_findings_do_not_lead_to_is_seen_with_the_graph(
    maker: CertificateMaker, snapshot: Snapshot
) -> None:
    """The edge is there, but symptom 6 is not missing: the patient has symptom 1, which is one."""
    case = Case("one finding", (Finding(term(1), "symptom 0000001", AssertionStatus.PRESENT),))
    leading = TermId.parse(maker.certify(case)["differential"][0]["id"])
    (edge,) = [
        edge for edge in snapshot.edges_from(leading, relations=[Relation.HAS_SYMPTOM]) if edge.object == term(6)
    ]
    step = StepEdges("missing", None, (edge.id,))
    forged = json.loads(json.dumps(maker.certify(case, steps=[step], steps_by="somebody")))
    assert Verifier(build=snapshot.build_id).verify(forged) == []
    assert [issue.category for issue in Verifier(snapshot=snapshot).verify(forged)] == ["wrong-step"]


def test_a_step_about_another_disease_is_seen_without_the_graph(
    certificate: Certificate, maker: CertificateMaker, snapshot: Snapshot
) -> None:
    """A gene explains some disease, but not the one that leads."""
    leading = certificate["differential"][0]["id"]
    other = next(disease(number) for number in range(DISEASES) if str(disease(number)) != leading)
    (edge,) = snapshot.edges_to(other, relations=[Relation.ASSOCIATED_WITH])
    step = StepEdges("explained_by", None, (edge.id,))
    forged = json.loads(json.dumps(maker.certify(small_case(), steps=[step], steps_by="somebody")))
    assert [issue.category for issue in Verifier(build=snapshot.build_id).verify(forged)] == ["wrong-step"]
    assert check(forged, snapshot.build_id) == ["idle step"]
