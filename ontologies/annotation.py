"""Annotation of a subject with a term: what is asserted, how often, on what evidence."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from ontologies.errors import InputError
from ontologies.term_id import TermId

__all__ = ["FREQUENCY_CLASSES", "Annotation", "AssertionStatus", "Frequency", "FrequencyClass"]


class AssertionStatus(StrEnum):
    """What is said of a term: that it holds, does not, may, would under a condition, or once did."""

    PRESENT = "present"
    ABSENT = "absent"
    POSSIBLE = "possible"
    CONDITIONAL = "conditional"
    HISTORICAL = "historical"


class FrequencyClass(NamedTuple):
    """A term of HPO's Frequency subontology, with the bounds that its definition gives, as shares of 1."""

    name: str
    low: float
    high: float

    @property
    def middle(self) -> float:
        """What the class counts as, as the decimal that it is: 0.17 of 0.05 and 0.29."""
        return round((self.low + self.high) / 2, 4)


# Names and bounds: definitions of HP:0040280 to HP:0040285 in hp.obo.
FREQUENCY_CLASSES = MappingProxyType(
    {
        TermId("HP", "0040280"): FrequencyClass("Obligate", 1.0, 1.0),
        TermId("HP", "0040281"): FrequencyClass("Very frequent", 0.80, 0.99),
        TermId("HP", "0040282"): FrequencyClass("Frequent", 0.30, 0.79),
        TermId("HP", "0040283"): FrequencyClass("Occasional", 0.05, 0.29),
        TermId("HP", "0040284"): FrequencyClass("Very rare", 0.01, 0.04),
        TermId("HP", "0040285"): FrequencyClass("Excluded", 0.0, 0.0),
    }
)


class Frequency(NamedTuple):
    """How often a term is seen in a subject: a count, a class or a percentage, exactly one of them.

    Args:
        n: number of persons with the term.
        m: number of persons examined.
        term: a frequency class, one of `FREQUENCY_CLASSES`.
        percent: from 0 to 100, as the source writes it (a decimal string).
    """

    n: int | None = None
    m: int | None = None
    term: TermId | None = None
    percent: str | None = None

    @classmethod
    def parse(cls, text: str) -> Frequency:
        """Parse `3/7`, `45%` or `HP:0040283`.

        Raises:
            InputError: no frequency, or out of range.
        """
        count, slash, examined = text.partition("/")
        if slash and _is_count(count) and _is_count(examined) and 0 <= int(count) <= int(examined) > 0:
            return cls(n=int(count), m=int(examined))
        number = text.removesuffix("%").strip()
        if text.endswith("%") and _is_decimal(number) and float(number) <= 100:
            return cls(percent=number)
        prefix, _, local = text.partition(":")
        if TermId(prefix, local) in FREQUENCY_CLASSES:
            return cls(term=TermId(prefix, local))
        raise InputError(
            "not a frequency", value=text, remedy="Write n/m with n ≤ m, a percentage, or a class such as HP:0040283"
        )

    @property
    def share(self) -> float:
        """The frequency as a number from 0 to 1; a class counts as the middle of its bounds."""
        if self.n is not None and self.m:
            return self.n / self.m
        if self.percent is not None:
            return float(self.percent) / 100
        if self.term is not None:
            return FREQUENCY_CLASSES[self.term].middle
        raise InputError("an empty frequency has no share", remedy="Use None where the frequency is unknown")

    def __str__(self) -> str:
        if self.n is not None:
            return f"{self.n}/{self.m}"
        return f"{self.percent}%" if self.percent is not None else str(self.term)


class Annotation(NamedTuple):
    """One row of an annotation source.

    Args:
        subject: what is annotated, such as a disease entry.
        subject_name: its label in the source.
        term: the term; not resolved, as the source writes it.
        status: PRESENT, or ABSENT for a row qualified NOT.
        reference: publications or database entries, separated by `;`, as the source writes them.
        evidence_code: IEA, PCS or TAS.
        onset: a term of HPO's Onset subontology.
        frequency: None where unknown.
        sex: MALE or FEMALE where the row holds for one sex only.
        modifier: terms of HPO's Clinical modifier subontology, separated by `;`.
        aspect: P phenotype, I inheritance, C onset and course, M modifier, H past medical history.
        curated_on: date of the last curation, YYYY-MM-DD.
    """

    subject: TermId
    subject_name: str
    term: TermId
    status: AssertionStatus = AssertionStatus.PRESENT
    reference: str = ""
    evidence_code: str = ""
    onset: TermId | None = None
    frequency: Frequency | None = None
    sex: str | None = None
    modifier: str | None = None
    aspect: str = "P"
    curated_on: str | None = None

    @property
    def references(self) -> tuple[TermId, ...]:
        """The single publications and database entries, in the source's order."""
        return tuple(TermId.parse(part) for part in self.reference.split(";") if part.strip())

    @property
    def is_positive(self) -> bool:
        """Whether the row says that the term occurs: not qualified NOT, and its frequency is not zero."""
        return self.status is AssertionStatus.PRESENT and (self.frequency is None or self.frequency.share > 0)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _is_decimal(text: str) -> bool:
    whole, dot, fraction = text.partition(".")
    return _is_count(whole) and (not dot or _is_count(fraction))
