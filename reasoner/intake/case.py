"""One patient as the reasoner sees it: findings with their quotes, sex, age, and the truths where they are known."""

from __future__ import annotations

from dataclasses import dataclass

from ontologies.annotation import AssertionStatus
from ontologies.errors import InputError
from ontologies.issue import Issue
from ontologies.term_id import TermId

__all__ = ["EXPERIENCERS", "MAXIMUM_AGE_YEARS", "SEXES", "Case", "Finding"]

EXPERIENCERS = ("patient", "family", "other")
SEXES = ("MALE", "FEMALE")
MAXIMUM_AGE_YEARS = 130.0
"""No person has lived so long; a higher age is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A phenotypic abnormality that somebody asserted, denied or wondered about.

    Args:
        term: the HPO term, primary id.
        name: its label.
        status: present, absent, possible, conditional or historical.
        experiencer: who has it: `patient`, `family` or `other`.
        start: first code point of the quote in the decoded document; None where there is no document.
        end: the code point after the quote.
        text: the quote itself.
    """

    term: TermId
    name: str
    status: AssertionStatus
    experiencer: str = "patient"
    start: int | None = None
    end: int | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        # A text instead would rank as nothing at all.
        if not isinstance(self.term, TermId):
            raise InputError("a finding's term is a TermId", value=self.term, remedy="Use TermId.parse")
        if not isinstance(self.status, AssertionStatus):
            raise InputError(
                "a finding's status is an AssertionStatus", value=self.status, remedy="Write AssertionStatus.PRESENT"
            )
        if self.experiencer not in EXPERIENCERS:
            raise InputError(
                "unknown experiencer", value=self.experiencer, remedy=f"Write one of {', '.join(EXPERIENCERS)}"
            )
        if (self.start is None) != (self.end is None):
            raise InputError(
                "a span needs both ends", value=(self.start, self.end), remedy="Give start and end, or neither"
            )
        if self.start is not None and self.end is not None and not 0 <= self.start < self.end:
            raise InputError("not a span", value=(self.start, self.end), remedy="Give 0 <= start < end")

    def record(self) -> dict[str, str | int | None]:
        """The finding as plain JSON, for documents and certificates."""
        return {
            "id": str(self.term),
            "name": self.name,
            "status": self.status.value,
            "experiencer": self.experiencer,
            "start": self.start,
            "end": self.end,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Case:
    """A patient.

    Args:
        id: what the case is called in reports.
        findings: all mentions, in the order of the document.
        sex: `MALE`, `FEMALE` or None where unknown.
        age_years: None where unknown, never 0 for unknown.
        diseases: the truths, where known.
        genes: symbols or ids of the genes found causal, where known; a truth, never an input.
        publications: where the case was published, as `PMID:n`.
        document_sha256: hash of the bytes that the spans point into.
        issues: what was wrong with the input and could be mended.
    """

    id: str
    findings: tuple[Finding, ...] = ()
    sex: str | None = None
    age_years: float | None = None
    diseases: tuple[TermId, ...] = ()
    genes: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()
    document_sha256: str | None = None
    issues: tuple[Issue, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.findings, tuple):
            raise InputError("findings are a tuple", value=type(self.findings).__name__, remedy="Use tuple(findings)")
        if self.sex is not None and self.sex not in SEXES:
            raise InputError("unknown sex", value=self.sex, remedy=f"Write {' or '.join(SEXES)}, or leave it out")
        if self.age_years is not None and not 0 <= self.age_years <= MAXIMUM_AGE_YEARS:
            raise InputError(
                "impossible age in years",
                value=self.age_years,
                remedy=f"Give an age from 0 to {MAXIMUM_AGE_YEARS:.0f} years",
            )

    @property
    def observed(self) -> tuple[TermId, ...]:
        """Terms that the patient has: unique, sorted."""
        return self._terms(AssertionStatus.PRESENT)

    @property
    def excluded(self) -> tuple[TermId, ...]:
        """Terms that the patient was found not to have: unique, sorted."""
        return self._terms(AssertionStatus.ABSENT)

    def _terms(self, status: AssertionStatus) -> tuple[TermId, ...]:
        own = {
            finding.term for finding in self.findings if finding.status is status and finding.experiencer == "patient"
        }
        return tuple(sorted(own))
