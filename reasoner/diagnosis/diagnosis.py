"""From a case to a ranked, explained differential."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Relation
from kg_builder.snapshot import Snapshot
from ontologies.errors import InputError
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId
from reasoner.diagnosis.abstention import Abstention, AbstentionCode, abstention_of
from reasoner.diagnosis.askable_findings import AskableFindings
from reasoner.diagnosis.cannot_exclude import UrgentDiagnosis, cannot_exclude
from reasoner.diagnosis.entities import Entity, leading_entities
from reasoner.diagnosis.next_findings import NextFinding, next_findings
from reasoner.diagnosis.two_diseases import DiseasePair, best_pair
from reasoner.intake.case import Case
from reasoner.intake.gene_list import PatientGene
from reasoner.proposals.fusion import proposal_term
from reasoner.proposals.grounding import CheckedProposal, DiseaseClasses, check_proposals
from reasoner.proposals.proposal import DiseaseProposal
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.case_ranking import CaseRanking, RankedDisease
from reasoner.ranking.confidence import Confidence, estimator_of
from reasoner.ranking.grouping import Grouping, name_stem
from reasoner.ranking.likelihood_ratio import FindingLikelihood
from reasoner.ranking.patient_genes import GENES, GeneMatch, RankedGene, gene_term, match_genes, rank_genes
from reasoner.ranking.score_term import ScoreTerm

__all__ = ["Diagnosis", "RankedNode", "codes_of", "diagnose"]


@dataclass(frozen=True, slots=True)
class RankedNode:
    """One place of the differential.

    Args:
        node: the disease.
        ranked: its numbers.
        explanation: what each finding says of it; empty where none was asked for.
        codes: its ICD codes.
        group: id of the entity that it belongs to; None where it stands alone.
    """

    node: Node
    ranked: RankedDisease
    explanation: tuple[FindingLikelihood, ...]
    codes: tuple[Edge, ...]
    group: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Diagnosis:
    """What a case comes to.

    Args:
        snapshot: the graph that was asked.
        ranking: the scores of all diseases; None where nothing could be ranked.
        case: the patient.
        differential: best first; filled also when abstaining, if there was anything to rank.
        entities: the same, subtypes together.
        urgent: urgent diagnoses that are not ruled out.
        questions: findings to look for next.
        pair: two diseases that explain what one does not; None where one is enough.
        genes: the patient's genes, best first; empty without a list.
        proposals: what a model proposed and what became of it.
        confidence: how likely the graph holds the disease and the leading one is right; None where not calibrated.
        abstained: code and reason, or None.
        missing_sources: sources that the graph was built without.
        issues: what was wrong with the case, the genes or the proposals.
    """

    snapshot: Snapshot
    ranking: CaseRanking | None
    case: Case
    differential: tuple[RankedNode, ...] = ()
    entities: tuple[Entity, ...] = ()
    urgent: tuple[UrgentDiagnosis, ...] = ()
    questions: tuple[NextFinding, ...] = ()
    pair: DiseasePair | None = None
    genes: tuple[RankedGene, ...] = ()
    proposals: tuple[CheckedProposal, ...] = ()
    confidence: Confidence | None = None
    abstained: Abstention | None = None
    missing_sources: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()

    def __repr__(self) -> str:
        """The places; all that is known of them would fill pages."""
        places = [f"{place.ranked.rank} {place.node.name} ({place.node.id})" for place in self.differential]
        abstained = "" if self.abstained is None else f", abstained: {self.abstained.reason}"
        return f"Diagnosis({self.case.id!r}: {'; '.join(places) or 'no place'}{abstained})"

    @property
    def build_id(self) -> str:
        """Of the graph that was asked."""
        return self.snapshot.build_id


def diagnose(
    snapshot: Snapshot,
    ranker: CaseRanker,
    case: Case,
    *,
    top: int = 10,
    genes: Sequence[PatientGene] = (),
    proposals: Sequence[DiseaseProposal] = (),
    explained: bool = True,
) -> Diagnosis:
    """Rank all diseases of the graph for a case and explain the leading ones.

    Args:
        snapshot: the graph.
        ranker: ranks its diseases.
        case: the patient; present findings of the patient are ranked, others are shown.
        top: how many places, at least 1.
        genes: genes in which the patient carries a variant; with them, only their diseases are possible.
        proposals: what a model proposes, best first.
        explained: explain each place, and look for entities, urgent diagnoses, questions and pairs.

    Raises:
        InputError: no place is asked for.
    """
    if top < 1:
        raise InputError("too few places are asked for", value=top, remedy="Give 1 or more")
    missing = tuple(sorted(entry["source"] for entry in snapshot.manifest.get("missing_sources", ())))
    observed = [term for term in case.observed if snapshot.index_of(term) is not None]
    abstained = _no_start(case, observed)
    if abstained is not None:
        return Diagnosis(snapshot, None, case, abstained=abstained, missing_sources=missing, issues=case.issues)
    matches, issues = match_genes(snapshot, genes, ranker.index.number_by_node_id, sex=case.sex) if genes else ([], [])
    checked = _checked(snapshot, ranker, case, observed, proposals) if proposals else []
    further = _further_terms(len(ranker.index.disease_ids), matches if genes else None, checked)
    ranking = ranker.rank(observed, excluded=case.excluded, sex=case.sex, age_years=case.age_years, further=further)
    places = ranking.leading(top)
    excluded = ranker.index.known_terms(case.excluded)
    confidence = estimator_of(ranker.index).estimate(ranking, excluded)
    diagnosis = Diagnosis(
        snapshot,
        ranking,
        case,
        genes=tuple(rank_genes(matches, ranking.scores_without(GENES))),
        proposals=tuple(checked),
        confidence=confidence,
        abstained=abstention_of(ranking, confidence),
        missing_sources=missing,
        issues=(*case.issues, *issues, *_unsaid(ranking, confidence, beside=bool(further))),
    )
    if not explained:
        return replace(diagnosis, differential=tuple(_brief(snapshot, place) for place in places))
    return _explain(diagnosis, ranking, places, top, excluded)


def _unsaid(ranking: CaseRanking, confidence: Confidence | None, *, beside: bool) -> list[Issue]:
    """Why no probability is given, where there is a ranking that could have one."""
    if confidence is not None or ranking.is_empty:
        return []
    why = "with genes or proposals" if beside else "with this ranker"
    message = f"how likely the first diagnosis is right was never measured {why}, so that no probability is given"
    return [Issue(IssueLevel.INFO, "no-confidence", message)]


def codes_of(snapshot: Snapshot, disease: TermId) -> tuple[Edge, ...]:
    """The edges to a disease's ICD codes."""
    return tuple(snapshot.edges_from(disease, relations=(Relation.CODED_AS,)))


def _explain(
    diagnosis: Diagnosis, ranking: CaseRanking, places: Sequence[RankedDisease], top: int, excluded: Sequence[int]
) -> Diagnosis:
    snapshot = diagnosis.snapshot
    grouping = Grouping.open(snapshot.folder)
    may_ask = AskableFindings(snapshot, ranking, diagnosis.case).__contains__
    return replace(
        diagnosis,
        differential=tuple(_explained(snapshot, ranking, place, grouping) for place in places),
        entities=tuple(leading_entities(snapshot, ranking, grouping, top=top, may_ask=may_ask)),
        urgent=tuple(cannot_exclude(snapshot, ranking, excluded, age_years=diagnosis.case.age_years)),
        questions=tuple(
            next_findings(
                ranking.index,
                ranking.scores,
                ranking.terms,
                excluded,
                may_ask=may_ask,
                entity_of=partial(_entity_of, snapshot, ranking, grouping),
            )
        ),
        pair=best_pair(ranking.index, ranking.terms, places[0].number, ranking.scores > float("-inf"))
        if places
        else None,
    )


def _entity_of(snapshot: Snapshot, ranking: CaseRanking, grouping: Grouping, disease: int) -> frozenset[str]:
    """The words of the name that a disease shares with its subtypes and with its entry in another vocabulary."""
    (place,) = ranking.places(np.array([disease]))
    group = grouping.group_of(str(place.id))
    name = snapshot.node_at(place.node_index).name if group is None else group.name
    return frozenset(name_stem(name).split()) - {"complex", "disease", "disorder", "syndrome"}


def _brief(snapshot: Snapshot, place: RankedDisease) -> RankedNode:
    return RankedNode(snapshot.node_at(place.node_index), place, (), ())


def _explained(snapshot: Snapshot, ranking: CaseRanking, place: RankedDisease, grouping: Grouping) -> RankedNode:
    group = grouping.group_of(str(place.id))
    return RankedNode(
        snapshot.node_at(place.node_index),
        place,
        tuple(ranking.explain(place.number)),
        codes_of(snapshot, place.id),
        None if group is None else group.id,
    )


def _checked(
    snapshot: Snapshot,
    ranker: CaseRanker,
    case: Case,
    observed: Sequence[TermId],
    proposals: Sequence[DiseaseProposal],
) -> list[CheckedProposal]:
    index = ranker.index
    return check_proposals(
        index,
        DiseaseClasses(snapshot, {str(key): number for key, number in index.number_by_node_id.items()}),
        proposals,
        observed=index.term_numbers(observed),
        excluded=ranker.index.known_terms(case.excluded),
        priors=ranker.priors(sex=case.sex, age_years=case.age_years),
    )


def _further_terms(
    count: int, matches: Sequence[GeneMatch] | None, checked: Sequence[CheckedProposal]
) -> list[ScoreTerm]:
    terms = [] if matches is None else [gene_term(matches, count)]
    return [*terms, proposal_term(checked, count)] if checked else terms


def _no_start(case: Case, observed: Sequence[TermId]) -> Abstention | None:
    if not case.observed:
        return Abstention(AbstentionCode.NO_FINDING, "no present finding of the patient was found in the input")
    if not observed:
        return Abstention(AbstentionCode.NO_LINK, "the graph holds none of the findings")
    return None
