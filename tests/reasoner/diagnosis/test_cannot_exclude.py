"""Urgent diseases are listed where the patient's own findings make them worth excluding, not for any shared sign."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from ontologies.term_id import TermId
from reasoner.artefacts import ARTEFACTS
from reasoner.diagnosis.cannot_exclude import MAX_SHOWN, SUPPORT_NATS, UrgentDiagnosis, cannot_exclude
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.index import RankingIndex
from tests.reasoner.clinic import clinic_snapshot

FINGERS, LENS, TALL, SEIZURE = (TermId.parse(f"HP:{number}") for number in ("0001166", "0001083", "0000098", "0001250"))
ROOT = TermId("HP", "0000118")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A build in which the disease with three known signs is urgent."""
    folder: Path = tmp_path_factory.mktemp("urgent")
    return clinic_snapshot(folder, urgent="OMIM:100000")


def listed(snapshot: Snapshot, *terms: TermId, excluded: tuple[TermId, ...] = ()) -> list[UrgentDiagnosis]:
    ranker = CaseRanker.open(snapshot)
    ranking = ranker.rank(list(terms), excluded=list(excluded))
    return cannot_exclude(snapshot, ranking, ranker.index.known_terms(excluded))


def test_what_speaks_for_it_is_named_strongest_first(snapshot: Snapshot) -> None:
    (held,) = listed(snapshot, TALL, LENS, FINGERS)
    index = RankingIndex.open(snapshot)
    ratios = [float(index.scores([term])[held.place.number]) for term in held.supported_by]
    assert len(ratios) == 3
    assert ratios == sorted(ratios, reverse=True)
    assert min(ratios) >= SUPPORT_NATS


def test_it_is_listed_below_the_first_place_for_a_part_of_its_picture(snapshot: Snapshot) -> None:
    (held,) = listed(snapshot, LENS)
    assert held.place.rank > 1
    assert str(held.node.id) == "OMIM:100000"


def test_findings_that_speak_against_it_list_nothing(snapshot: Snapshot) -> None:
    assert listed(snapshot, SEIZURE) == []


def test_what_leads_is_listed_though_a_sign_that_it_always_has_is_denied(snapshot: Snapshot) -> None:
    (held,) = listed(snapshot, LENS, TALL, excluded=(FINGERS,))
    assert held.place.rank == 1


def test_never_more_than_a_reader_can_act_on(snapshot: Snapshot) -> None:
    assert len(listed(snapshot, TALL, LENS, FINGERS)) <= MAX_SHOWN


def test_what_the_record_denies_by_name_is_not_listed(tmp_path: Path) -> None:
    def built(name: str) -> list[UrgentDiagnosis]:
        evidence = Evidence("made-up", "1", "CC0-1.0", Tier.UNREVIEWED)
        urgent = Node(TermId("OMIM", "2"), Label.DISEASE, name, properties=(("urgent", True),))
        nodes = [Node(TermId("OMIM", "1"), Label.DISEASE, "Tallness"), urgent]
        nodes += [Node(TermId("OMIM", str(number)), Label.DISEASE, f"other {number}") for number in range(3, 9)]
        nodes += [
            Node(term, Label.SYMPTOM, called)
            for term, called in ((ROOT, "any"), (TALL, "Tall stature"), (LENS, "Ectopia lentis"))
        ]
        rows = [(node.id, ROOT) for node in nodes if node.label is Label.DISEASE]
        rows += [(TermId("OMIM", "1"), TALL), (urgent.id, TALL), (urgent.id, LENS)]
        edges = [Edge(disease, Relation.HAS_SYMPTOM, term, evidence) for disease, term in rows]
        edges += [Edge(term, Relation.IS_A, ROOT, evidence) for term in (TALL, LENS)]
        snapshot = write_snapshot(tmp_path / name, nodes, edges, about={}, derive=ARTEFACTS)
        return listed(snapshot, TALL, excluded=(LENS,))

    assert [str(held.node.id) for held in built("Acute dislocation")] == ["OMIM:2"]
    assert built("Acute ectopia lentis") == []
