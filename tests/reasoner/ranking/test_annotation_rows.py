"""Which edges a frequency rests on, and that none of m patients counts against it."""

from __future__ import annotations

import pytest

from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_writer import write_snapshot
from ontologies.term_id import TermId
from reasoner.artefacts import ARTEFACTS
from reasoner.ranking.annotation_rows import annotation_rows, is_annotation_row, patients
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.likelihood_ratio import shrunk_frequency
from reasoner.ranking.ranker_fit import row_references

HAS, LACKS = Relation.HAS_SYMPTOM, Relation.LACKS_SYMPTOM
SYMPTOM, ROOT = TermId("HP", "0001166"), TermId("HP", "0000118")


def _row(number: int, relation: Relation, **own: int | str) -> Edge:
    evidence = Evidence("made-up", "1", "CC0-1.0", Tier.CURATED, reference=f"PMID:{number}")
    return Edge(TermId("OMIM", f"{number}"), relation, SYMPTOM, evidence, tuple(sorted(own.items())))


ROWS = [
    _row(100001, HAS, frequency_n=2, frequency_m=4),
    _row(100002, HAS),
    _row(100003, LACKS, frequency_n=0, frequency_m=7),
    _row(100004, LACKS, frequency_class="HP:0040285"),
    _row(100005, LACKS),
    _row(100006, LACKS, frequency_n=3, frequency_m=7),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    nodes = [Node(SYMPTOM, Label.SYMPTOM, "sign"), Node(ROOT, Label.SYMPTOM, "abnormality")]
    nodes += [Node(edge.subject, Label.DISEASE, f"disease {edge.subject.local}") for edge in ROWS]
    above = Edge(SYMPTOM, Relation.IS_A, ROOT, ROWS[0].evidence)
    return write_snapshot(tmp_path_factory.mktemp("rows") / "graph", nodes, [*ROWS, above], about={}, derive=ARTEFACTS)


def test_a_row_asserts_or_counts_none(snapshot: Snapshot) -> None:
    table = annotation_rows(snapshot, ["reference"])
    held = {reference: (n, m) for _, _, _, reference, n, m in table.iter_rows()}
    assert held == {"PMID:100001": (2, 4), "PMID:100002": (0.6, 1), "PMID:100003": (0, 7), "PMID:100004": (0, 10)}


def test_record_and_table_agree(snapshot: Snapshot) -> None:
    table = annotation_rows(snapshot)
    records = {number: snapshot.edge_at(number).record() for number in range(snapshot.edge_count)}
    assert table["index"].to_list() == [number for number, record in records.items() if is_annotation_row(record)]
    for number, n, m in table.select("index", "n", "m").iter_rows():
        assert patients(records[number]) == (n, m)


def test_the_ranking_reads_none_of_m_as_a_low_frequency_and_a_bare_denial_not_at_all(snapshot: Snapshot) -> None:
    index = RankingIndex.open(snapshot)
    term = index.term_number(SYMPTOM)
    frequency = {str(disease): index.frequency(number, term) for disease, number in index.number_by_node_id.items()}
    assert frequency == {
        "OMIM:100001": shrunk_frequency(2, 4),
        "OMIM:100002": shrunk_frequency(0.6, 1),
        "OMIM:100003": shrunk_frequency(0, 7),
        "OMIM:100004": shrunk_frequency(0, 10),
    }


def test_every_row_keeps_its_reference(snapshot: Snapshot) -> None:
    index = RankingIndex.open(snapshot)
    cited = [frozenset({str(snapshot.edge_at(int(n)).evidence.reference)}) for n in index.array("row_edges")]
    assert row_references(index) == cited
    assert len(cited) == 4
