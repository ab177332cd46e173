"""Alters certificates at random and seals them again, as somebody would who wants to deceive.

Each kind of alteration says whether the portable depth can see it, given the true build id: it sees what contradicts
something else in the certificate or the build's root. Beyond it is what stands in no edge and is changed everywhere
alike, and what is left out without a trace.
"""

from __future__ import annotations

import marshal
import random

from kg_builder.stores.cypher import rederive
from reasoner.proof.merkle_check import certified_edges, seal_of
from reasoner.proof.rules import fired_rules
from tests.reasoner.tamper_beyond import BEYOND_CONCLUSION
from tests.reasoner.tamper_parts import Alteration, Certificate
from tests.reasoner.tamper_terms import BEYOND_TERMS, VISIBLE_TERMS
from tests.reasoner.tamper_visible import VISIBLE_CONCLUSION

__all__ = ["BEYOND_CHECKER", "BEYOND_PORTABLE", "VISIBLE", "altered", "reseal"]


def altered(certificate: Certificate, rng: random.Random) -> tuple[str, Certificate]:
    """The kind of a random alteration and the altered certificate, whose every hash fits again."""
    kinds = sorted(VISIBLE) + sorted(BEYOND_PORTABLE)
    # The fastest deep copy of plain JSON.
    whole = marshal.dumps(certificate)
    while True:
        kind = rng.choice(kinds)
        changed: Certificate = marshal.loads(whole)  # noqa: S302 - our own bytes
        (VISIBLE | BEYOND_PORTABLE)[kind](changed, rng)
        # The seal is not worth a comparison: the same content has the same seal.
        changed["seal"] = certificate["seal"]
        if changed != certificate:
            reseal(changed, rules=kind != "rules", query=kind != "query")
            return kind, changed


def reseal(certificate: Certificate, *, rules: bool = True, query: bool = True) -> None:
    """Make everything fit again that follows from the rest by a formula that anybody can compute."""
    for claim in certificate["claims"] if rules else ():
        claim["rules"] = fired_rules(certificate, claim)
    if query:
        try:
            certificate["query"] = rederive(edge["record"] for _, edge in certified_edges(certificate))
        except ValueError:
            certificate["query"] = ""
    certificate["seal"] = seal_of(certificate)


VISIBLE: dict[str, Alteration] = VISIBLE_CONCLUSION | VISIBLE_TERMS
"""Kinds that the portable depth always rejects, given the true build id."""

BEYOND_PORTABLE: dict[str, Alteration] = BEYOND_CONCLUSION | BEYOND_TERMS
"""Kinds that it need not see; the snapshot does, and for findings and spans the document."""

BEYOND_CHECKER = frozenset({"match type", "query", "rules"})
"""Visible kinds that the independent checker does not look at."""
