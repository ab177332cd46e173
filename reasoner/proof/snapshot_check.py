"""Whether the build that a certificate names gives that certificate again: nothing altered, nothing left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from kg_builder.canonical import canonical_json
from kg_builder.snapshot import Snapshot
from ontologies.errors import AitiaError
from ontologies.issue import Issue
from reasoner.proof.certificate import CertificateMaker
from reasoner.proof.certified_case import case_of
from reasoner.proof.certified_step import BY_NUMBERS, steps_in
from reasoner.proof.fault import fault
from reasoner.proof.patient_terms import genes_of, proposals_of
from reasoner.ranking.case_ranker import CaseRanker

__all__ = ["CertificateMakers", "RankerOpener", "check_again"]

_SHOWN = 80
_CACHED_MAKERS = 8

RankerOpener = Callable[..., CaseRanker]
"""Opens a ranker: a snapshot, then the settings by name."""


class CertificateMakers:
    """A maker of certificates for each combination of settings, on one index."""

    def __init__(self, snapshot: Snapshot, open_ranker: RankerOpener) -> None:
        self.snapshot = snapshot
        self._open_ranker = open_ranker
        self._opened = lru_cache(_CACHED_MAKERS)(self._open)

    def under(self, settings: Mapping[str, Any]) -> CertificateMaker:
        """The maker whose ranker has the settings of a certificate."""
        ranking = sorted((name, value) for name, value in settings.items() if name != "language")
        return self._opened(tuple(ranking))

    def _open(self, settings: tuple[tuple[str, Any], ...]) -> CertificateMaker:
        return CertificateMaker(self.snapshot, self._open_ranker(self.snapshot, **dict(settings)))


def check_again(certificate: Mapping[str, Any], makers: CertificateMakers) -> list[Issue]:
    """Make the certificate again from its findings and compare: nothing may be altered or missing."""
    if certificate["build"]["id"] != makers.snapshot.build_id:
        message = f"the graph at hand is another one, build {makers.snapshot.build_id}"
        return [
            fault("other-build", message, "Name the graph of the certificate's build by --graph, or use --portable")
        ]
    case, chosen_by = case_of(certificate), certificate["steps_by"]
    genes, proposals = genes_of(certificate), proposals_of(certificate)
    steps = steps_in(certificate)
    try:
        maker = makers.under(certificate["settings"])
        again = maker.certify(
            case,
            genes=genes,
            proposals=proposals,
            language=certificate["settings"]["language"],
            steps=steps,
            steps_by=chosen_by or BY_NUMBERS,
        )
        issues = [fault("altered", difference) for difference in _differences("", certificate, again)]
        # Choosing anew costs as much as all else, so it is left to certificates that hold so far.
        if issues or not steps:
            return issues
        if chosen_by != BY_NUMBERS:
            possible = maker.possible_steps(case, genes=genes, proposals=proposals)
            return [
                fault("wrong-step", f"no step {one.kind} can rest on {one.edge_ids}")
                for one in steps
                if one not in possible
            ]
        if steps != maker.steps_by_numbers(case, genes=genes, proposals=proposals):
            return [fault("altered", "/steps: the numbers choose other steps")]
    except AitiaError as error:
        return [fault("not-reproducible", str(error))]
    return []


def _differences(place: str, held: Any, right: Any) -> Iterator[str]:
    # Records with their proofs are most of a certificate; the portable depth holds each to its very bytes.
    if isinstance(right, dict) and "proof" in right and held == right:
        return
    if isinstance(held, dict) and isinstance(right, dict):
        for key in sorted(held.keys() | right.keys()):
            yield from _differences(f"{place}/{key}", held.get(key), right.get(key))
    elif isinstance(held, list) and isinstance(right, list):
        if len(held) != len(right):
            yield f"{place}: the certificate lists {len(held)}, the graph gives {len(right)}"
        for number, (one, other) in enumerate(zip(held, right, strict=False)):
            yield from _differences(f"{place}/{number}", one, other)
    elif type(held) is not type(right) or held != right:
        yield f"{place}: the certificate says {_short(held)}, the graph gives {_short(right)}"


def _short(value: Any) -> str:
    text = canonical_json(value).decode()
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
