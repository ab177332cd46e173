"""The certificate: a conclusion with everything that is needed to check it again.

A certificate is made by a pure function of snapshot, case and settings (plus the chosen steps, each an edge), so that
whoever holds the snapshot can make it again and compare. How many rivals and claims it holds is fixed here, not in the
certificate: else one could be left out together with the setting that asked for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from graphrag.steps import FindingStatus, steps_of_edge
from kg_builder.snapshot import Snapshot
from kg_builder.stores.cypher import rederive
from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import Diagnosis, RankedNode, diagnose
from reasoner.diagnosis.explanation import explain_leading, surroundings
from reasoner.intake.case import Case
from reasoner.intake.gene_list import PatientGene
from reasoner.proof.certificate_schema import CERTIFICATE_SCHEMA
from reasoner.proof.certified_edge import EdgeCertifier
from reasoner.proof.certified_step import BY_NUMBERS, StepEdges, step_record, steps_of
from reasoner.proof.claim import ClaimMaker
from reasoner.proof.decimals import decimal_string
from reasoner.proof.merkle_check import certified_edges, seal_of
from reasoner.proof.patient_terms import gene_records, gene_shares, proposal_records
from reasoner.proof.rules import fired_rules
from reasoner.proposals.proposal import DiseaseProposal
from reasoner.ranking.case_ranker import CaseRanker

__all__ = ["CLAIMS", "RIVALS", "CertificateMaker", "certify"]

RIVALS = 10
"""Places of the differential that a certificate holds."""

CLAIMS = 3
"""Leading places that it proves finding by finding."""

_CACHED_CASES = 64
_CACHED_CERTIFICATES = 8


class _Given(NamedTuple):
    """All that is known of a patient."""

    case: Case
    genes: tuple[PatientGene, ...]
    proposals: tuple[DiseaseProposal, ...]


class CertificateMaker:
    """Makes certificates of one snapshot; what two of them share is worked out once.

    Args:
        snapshot: the build.
        ranker: ranks its diseases, under the settings that the certificates name.
    """

    def __init__(self, snapshot: Snapshot, ranker: CaseRanker) -> None:
        self.snapshot, self.ranker = snapshot, ranker
        self.certifier = EdgeCertifier(snapshot)
        self._claims = ClaimMaker(self.certifier)
        self._build = self.certifier.build()
        self._conclusion = lru_cache(_CACHED_CASES)(self._conclude)
        self._steps = lru_cache(_CACHED_CASES)(self._choose_steps)
        self._certificate = lru_cache(_CACHED_CERTIFICATES)(self._certify)

    def certify(
        self,
        case: Case,
        *,
        genes: Sequence[PatientGene] = (),
        proposals: Sequence[DiseaseProposal] = (),
        language: str = "auto",
        steps: Sequence[StepEdges] = (),
        steps_by: str = BY_NUMBERS,
    ) -> dict[str, Any]:
        """Diagnose a case and certify what came out; parts of what it gives are shared, so do not alter it.

        Raises:
            InputError: a step is no edge.
        """
        given = _Given(case, tuple(genes), tuple(proposals))
        return self._certificate(given, language, tuple(steps), steps_by if steps else None)

    def steps_by_numbers(
        self, case: Case, *, genes: Sequence[PatientGene] = (), proposals: Sequence[DiseaseProposal] = ()
    ) -> tuple[StepEdges, ...]:
        """The chain of thought that the numbers choose for a case, the same each time."""
        return self._steps(_Given(case, tuple(genes), tuple(proposals)))

    def possible_steps(
        self, case: Case, *, genes: Sequence[PatientGene] = (), proposals: Sequence[DiseaseProposal] = ()
    ) -> frozenset[StepEdges]:
        """Every step that anybody could choose for a case: what the graph around the leading diagnosis allows."""
        diagnosis = self._diagnose(_Given(case, tuple(genes), tuple(proposals)), top=1, explained=False)
        if not diagnosis.differential:
            return frozenset()
        subgraph, terms = surroundings(diagnosis)
        return frozenset(
            StepEdges(
                step.kind.value,
                None if step.status in (None, FindingStatus.UNRECORDED) else str(step.object),
                tuple(walked.edge_id for walked in step.edges),
            )
            for edge in subgraph.edges
            for step in steps_of_edge(edge, subgraph, terms)
        )

    def _certify(
        self,
        given: _Given,
        language: str,
        steps: tuple[StepEdges, ...],
        steps_by: str | None,
    ) -> dict[str, Any]:
        case, unlinked = self._linked(given.case)
        certificate: dict[str, Any] = {
            "schema": CERTIFICATE_SCHEMA,
            "build": self._build,
            "derived": self._derived(),
            "settings": {**self.ranker.settings, "language": language},
            "document_sha256": case.document_sha256,
            "case": {**_case(case), "unlinked": unlinked},
            **self._conclusion(given._replace(case=case)),
            "steps_by": steps_by,
            "steps": [step_record(self.certifier, step) for step in steps],
            "nodes": [],
            "missing_sources": sorted(entry["source"] for entry in self.snapshot.manifest.get("missing_sources", ())),
        }
        certificate["nodes"] = self._nodes(case, certificate)
        certificate["claims"] = [{**claim, "rules": fired_rules(certificate, claim)} for claim in certificate["claims"]]
        certificate["query"] = rederive(edge["record"] for _, edge in certified_edges(certificate))
        certificate["seal"] = seal_of(certificate)
        return certificate

    def _linked(self, case: Case) -> tuple[Case, list[str]]:
        """The case with ids and names of the graph's nodes, and the findings that have none."""
        nodes = {finding.term: self.snapshot.node(finding.term) for finding in case.findings}
        findings = tuple(
            finding if (node := nodes[finding.term]) is None else replace(finding, term=node.id, name=node.name)
            for finding in case.findings
        )
        unlinked = sorted(str(term) for term, node in nodes.items() if node is None)
        return replace(case, findings=findings, issues=()), unlinked

    def _conclude(self, given: _Given) -> dict[str, Any]:
        case = given.case
        diagnosis = self._diagnose(given, top=RIVALS, explained=True)
        matches = [place.match for place in diagnosis.genes]
        differential = [_place(place) for place in diagnosis.differential[:RIVALS]]
        claims = [
            {
                **self._claims.claim(case, entry, place.explanation, gene_shares(matches, place.ranked.number)),
                "rivals": [rival["id"] for rival in differential if rival is not entry],
            }
            for entry, place in zip(differential[:CLAIMS], diagnosis.differential, strict=False)
        ]
        abstained = diagnosis.abstained
        return {
            # Where nothing was ranked, neither counted.
            "genes": gene_records(given.genes if diagnosis.ranking else (), matches),
            "proposals": proposal_records(diagnosis.proposals, self.ranker.index.disease_ids),
            "differential": differential,
            "claims": claims,
            "abstained": None if abstained is None else {"code": abstained.code.value, "reason": abstained.reason},
        }

    def _diagnose(self, given: _Given, *, top: int, explained: bool) -> Diagnosis:
        case, genes, proposals = given
        return diagnose(
            self.snapshot, self.ranker, case, top=top, genes=genes, proposals=proposals, explained=explained
        )

    def _nodes(self, case: Case, certificate: dict[str, Any]) -> list[dict[str, Any]]:
        """The diseases, findings and genes that the certificate rests on, so that nobody can call them otherwise."""
        places = [place["id"] for place in certificate["differential"]]
        genes = [share["gene"] for claim in certificate["claims"] for share in claim["genes"]]
        ids = {finding.term for finding in case.findings} | {TermId.parse(one) for one in (*places, *genes)}
        found = (self.certifier.certified_node(term) for term in sorted(ids, key=str))
        return [node for node in found if node is not None]

    def _choose_steps(self, given: _Given) -> tuple[StepEdges, ...]:
        return steps_of(explain_leading(self._diagnose(given, top=1, explained=False)))

    def _derived(self) -> dict[str, str]:
        files = self.snapshot.manifest["files"]
        compiled = {name: entry["sha256"] for name, entry in files.items() if name.startswith("derived/")}
        return dict(sorted({**compiled, **self.ranker.artefacts}.items()))


def certify(
    snapshot: Snapshot,
    ranker: CaseRanker,
    case: Case,
    *,
    genes: Sequence[PatientGene] = (),
    proposals: Sequence[DiseaseProposal] = (),
    language: str = "auto",
    steps: Sequence[StepEdges] = (),
    steps_by: str = BY_NUMBERS,
) -> dict[str, Any]:
    """Diagnose a case and put the conclusion and its proof into one JSON document.

    Args:
        snapshot: the build that is reasoned over.
        ranker: ranks its diseases.
        case: the patient.
        genes: genes in which the patient carries a variant.
        proposals: what a model proposes, best first.
        language: how the document was read, `auto`, `en` or `zh`: a verifier reads it again so.
        steps: the chain of thought.
        steps_by: who chose the steps: `numbers`, which a verifier lets choose again, or a model's name.

    Raises:
        InputError: a step is no edge.
    """
    return CertificateMaker(snapshot, ranker).certify(
        case,
        genes=genes,
        proposals=proposals,
        language=language,
        steps=steps,
        steps_by=steps_by,
    )


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "sex": case.sex,
        "age_years": None if case.age_years is None else decimal_string(case.age_years),
        "findings": [finding.record() for finding in case.findings],
    }


def _place(place: RankedNode) -> dict[str, Any]:
    """A place of the differential: score = ln 10 · log10 LR + correction + priors."""
    ranked = place.ranked
    return {
        "rank": int(ranked.rank),
        "id": str(ranked.id),
        "name": place.node.name,
        "log10_likelihood_ratio": decimal_string(ranked.log10_likelihood_ratio),
        "correction": decimal_string(math.fsum(part.correction for part in place.explanation)),
        "priors": [{"name": name, "value": decimal_string(nats)} for name, nats in sorted(ranked.priors.items())],
        "score": decimal_string(ranked.score),
        "probability": decimal_string(ranked.probability),
    }
