"""Aitia: a medical knowledge graph and reasoning engine whose every conclusion can be proved.

import aitia

    snapshot = aitia.Snapshot.open("graph")
    ranker = aitia.CaseRanker.open(snapshot)
    case = aitia.read_case("note.txt", ontology_names=aitia.SnapshotVocabulary(snapshot))
    diagnosis = aitia.diagnose(snapshot, ranker, case)
    certificate = aitia.certify(snapshot, ranker, case)
"""

from kg_builder.build import build_graph
from kg_builder.edge import Edge, Evidence
from kg_builder.knowledge_graph import KnowledgeGraph
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.snapshot import Snapshot
from kg_builder.stores.licensed import LicensedView
from ontologies.annotation import AssertionStatus
from ontologies.errors import AitiaError
from ontologies.term_id import TermId
from reasoner.artefacts import ARTEFACTS
from reasoner.diagnosis.diagnosis import Diagnosis, diagnose
from reasoner.diagnosis.document import diagnosis_document
from reasoner.diagnosis.explanation import explain_leading
from reasoner.diagnosis.frames import differential_frame, explanation_frame, findings_frame
from reasoner.intake.case import Case, Finding
from reasoner.intake.reading import parse_terms, read_case
from reasoner.intake.vocabulary import SnapshotVocabulary
from reasoner.proof.certificate import certify
from reasoner.proof.verification import verify
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.index import RankingIndex

__all__ = [
    "ARTEFACTS",
    "AitiaError",
    "AssertionStatus",
    "Case",
    "CaseRanker",
    "Diagnosis",
    "Edge",
    "Evidence",
    "Finding",
    "KnowledgeGraph",
    "Label",
    "LicensedView",
    "Node",
    "RankingIndex",
    "Relation",
    "Snapshot",
    "SnapshotVocabulary",
    "TermId",
    "Tier",
    "build_graph",
    "certify",
    "diagnose",
    "diagnosis_document",
    "differential_frame",
    "explain_leading",
    "explanation_frame",
    "findings_frame",
    "parse_terms",
    "read_case",
    "verify",
]
