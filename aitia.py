"""Aitia: a medical knowledge graph and reasoning engine whose every conclusion can be proved.

import aitia

    snapshot = aitia.Snapshot.open("graph")
    index = aitia.RankingIndex.open(snapshot)
    case = aitia.read_case("note.txt", ontology_names=aitia.SnapshotVocabulary(snapshot))
    diagnosis = aitia.diagnose(snapshot, index, case)
    certificate = aitia.certify(snapshot, index, case)
"""

from kg_builder.build import build_graph
from kg_builder.edge import Edge, Evidence
from kg_builder.knowledge_graph import KnowledgeGraph
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from ontologies.errors import AitiaError
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import Diagnosis, diagnose
from reasoner.diagnosis.explanation import explain_leading
from reasoner.intake.case import Case, Finding
from reasoner.intake.reading import parse_terms, read_case
from reasoner.intake.vocabulary import SnapshotVocabulary
from reasoner.proof.certificate import certify
from reasoner.proof.verification import verify
from reasoner.ranking.index import RankingIndex, compile_ranking

__all__ = [
    "AitiaError",
    "Case",
    "Diagnosis",
    "Edge",
    "Evidence",
    "Finding",
    "KnowledgeGraph",
    "Label",
    "Node",
    "RankingIndex",
    "Relation",
    "Snapshot",
    "SnapshotVocabulary",
    "TermId",
    "Tier",
    "build_graph",
    "certify",
    "compile_ranking",
    "diagnose",
    "explain_leading",
    "parse_terms",
    "read_case",
    "verify",
]
