"""The rules that decide, by name: which of them fired is computed from the certificate alone, to write and to check it.

A rule's name ends in its version; a change of what it does is another version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["RULES", "fired_rules"]

Json = Mapping[str, Any]
_Fires = Callable[[Json, Json], bool]


def _with_match(certificate: Json, claim: Json) -> bool:
    return any(number["matched"] is not None for number in claim["numbers"])


def _without_match(certificate: Json, claim: Json) -> bool:
    return any(number["matched"] is None for number in claim["numbers"])


def _lent(certificate: Json, claim: Json) -> bool:
    return any(number["lent"] for number in claim["numbers"])


def _corrected(certificate: Json, claim: Json) -> bool:
    return bool(float(claim["disease"]["correction"])) or any(float(n["correction"]) for n in claim["numbers"])


def _uniform(certificate: Json, claim: Json) -> bool:
    return bool(certificate["settings"]["uniform_prior"])


def _prior(certificate: Json, claim: Json) -> bool:
    return bool(claim["disease"]["priors"])


def _genes(certificate: Json, claim: Json) -> bool:
    return bool(certificate["genes"])


def _proposed(certificate: Json, claim: Json) -> bool:
    return any(claim["disease"]["id"] in proposal["diseases"] for proposal in certificate["proposals"])


def _contradicted(certificate: Json, claim: Json) -> bool:
    return bool(claim["contrary"])


def _abstained(certificate: Json, claim: Json) -> bool:
    return certificate["abstained"] is not None


RULES: dict[str, tuple[str, _Fires]] = {
    "likelihood-ratio/1": ("a matched finding counts by the claim's formula", _with_match),
    "no-match/1": ("a finding that nothing matches costs ln 0.1", _without_match),
    "shared-gene/1": ("entries that share a gene lend 0.6 of their mean profile, by noisy-or", _lent),
    "correction/1": ("the trained correction is added finding by finding", _corrected),
    "uniform-prior/1": ("all diseases are taken to be equally frequent", _uniform),
    "named-terms/1": ("the named terms beside the findings are added", _prior),
    "patient-genes/1": ("only diseases of the patient's genes are possible; the best gene's share is added", _genes),
    "proposals/1": ("the best proposal that means the disease is added, less for a later one", _proposed),
    "contrary-shown/1": ("edges that argue against the disease are shown and do not count", _contradicted),
    "abstention/1": ("the ranking is shown, but no diagnosis is given", _abstained),
}
"""What each rule says, and whether it fired for a claim."""


def fired_rules(certificate: Json, claim: Json) -> list[str]:
    """Names of the rules that fired, in the order of `RULES`."""
    return [name for name, (_, fires) in RULES.items() if fires(certificate, claim)]
