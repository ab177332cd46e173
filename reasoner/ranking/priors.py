"""What is known of a disease beside its symptoms: how common it is, when it begins, whom it can befall.

Each is a term of its own. In a hospital the share of persons with a disease counts; in a genetics clinic, where common
causes were looked for before, it does not. A disease that begins later than the patient's age, or that the patient's
sex rules out, is impossible in both; one named for early life is unlikely in whoever has outgrown it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ontologies.package_table import read_package_table
from reasoner.ranking.score_term import ScoreTerm

__all__ = [
    "PRIOR_ARRAYS",
    "PRIOR_COLUMNS",
    "UNKNOWN_PREVALENCE",
    "Setting",
    "outgrown_age",
    "prior_arrays",
    "prior_terms",
    "sex_of_name",
]

UNKNOWN_PREVALENCE = 5e-7
"""Persons per person where no source says: the middle of what Orphanet says of 2,814 OMIM entries."""
CLASS_PREVALENCE = {"very common": 1e-1, "common": 1e-2, "uncommon": 1e-3, "rare": 1e-4, "very rare": 1e-5}
"""Persons per person for the core pack's classes: our estimate of what a hospital meets, unreviewed."""
PREVALENCE_WEIGHT = np.float32(0.5)
"""How much a nat of prevalence counts: whoever comes with a rare pair of signs is no random person, and at full weight
cataract, which speaks for neither, would lead before Marfan syndrome for arachnodactyly and ectopia lentis."""
PRIOR_COLUMNS = (
    "id",
    "name",
    "prevalence",
    "prevalence_class",
    "onset_min_years",
    "sex",
    "min_age_years",
    "max_age_years",
    "inheritance",
    "urgent",
)
PRIOR_ARRAYS = (
    "prior_early_life",
    "prior_first_age",
    "prior_last_age",
    "prior_log_prevalence",
    "prior_sex",
    "prior_urgent",
)
EARLY_LIFE_NATS = math.log(0.05)
"""Cost of a disease named for early life in a patient who has long outgrown it: our estimate, one in twenty."""
_Y_LINKED = "HP:0001450"
# Names that tell when a disease is met, and the age in years after which a patient has long outgrown it.
_EARLY_LIFE = (
    (re.compile(r"\b(neonatal|newborn|fetal|foetal|lethal|perinatal|antenatal)\b"), 2.0),
    (re.compile(r"\binfantile\b"), 12.0),
)
_SEX_CODES = {None: 0, "MALE": 1, "FEMALE": 2}

Arrays = dict[str, npt.NDArray[Any]]


class Setting(StrEnum):
    """Where the patient is seen."""

    HOSPITAL = "hospital"
    GENETICS = "genetics"


def prior_arrays(rows: Iterable[Mapping[str, Any]]) -> Arrays:
    """What a build knows of each candidate, in the order of the rows.

    Args:
        rows: `PRIOR_COLUMNS` of each candidate's node.

    Returns:
        `prior_log_prevalence` nats; `prior_first_age` and `prior_last_age` years, infinite where unbounded;
        `prior_early_life` years after which a disease named for early life is outgrown, infinite for all others;
        `prior_sex` 0 for both, 1 male, 2 female; `prior_urgent` whether waiting for hours may harm.
    """
    held = list(rows)
    return {
        "prior_log_prevalence": np.log([_prevalence(row) for row in held]).astype(np.float32),
        "prior_first_age": np.array([_first_age(row) for row in held], dtype=np.float32),
        "prior_last_age": np.array([_years(row, "max_age_years", math.inf) for row in held], dtype=np.float32),
        "prior_early_life": np.array([outgrown_age(str(row.get("name") or "")) for row in held], dtype=np.float32),
        "prior_sex": np.array([_SEX_CODES[_sex(row)] for row in held], dtype=np.uint8),
        "prior_urgent": np.array([bool(row.get("urgent")) for row in held], dtype=bool),
    }


def prior_terms(
    arrays: Mapping[str, npt.NDArray[Any]], *, setting: Setting, sex: str | None = None, age_years: float | None = None
) -> list[ScoreTerm]:
    """The terms that a patient's setting, sex and age add; none for what is unknown.

    Args:
        arrays: as `prior_arrays` gives them.
        setting: where the patient is seen.
        sex: `MALE`, `FEMALE` or None.
        age_years: of the patient, or None.
    """
    terms = []
    if setting is Setting.HOSPITAL:
        terms.append(ScoreTerm("prevalence", PREVALENCE_WEIGHT * np.asarray(arrays["prior_log_prevalence"])))
    if sex is not None:
        codes = arrays["prior_sex"]
        terms.append(ScoreTerm("sex", _impossible((codes != 0) & (codes != _SEX_CODES[sex]))))
    if age_years is not None:
        outside = (arrays["prior_first_age"] > age_years) | (arrays["prior_last_age"] < math.floor(age_years))
        outgrown = np.where(arrays["prior_early_life"] < age_years, np.float32(EARLY_LIFE_NATS), np.float32(0.0))
        terms.append(ScoreTerm("age", outgrown + _impossible(outside)))
    return terms


def sex_of_name(name: str) -> str | None:
    """The one sex that a disease of that name befalls, by its organ; None for both.

    >>> sex_of_name("Spermatogenic failure 6")
    'MALE'
    """
    lowered = name.lower()
    return next((sex for sex, pattern in _sex_patterns() if pattern.match(lowered)), None)


@cache
def _sex_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = read_package_table("reasoner.ranking", "sex_limited.tsv")
    return tuple((row["sex"], re.compile(row["name_pattern"])) for row in rows)


def _impossible(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    return np.where(mask, np.float32(-np.inf), np.float32(0.0))


def _prevalence(row: Mapping[str, Any]) -> float:
    """A source's figure comes before the class of the core pack."""
    if row.get("prevalence") is not None:
        return float(row["prevalence"])
    name = str(row.get("prevalence_class") or "").replace("_", " ").replace("-", " ")
    return CLASS_PREVALENCE.get(name, UNKNOWN_PREVALENCE)


def _first_age(row: Mapping[str, Any]) -> float:
    """A common condition has limits of its own; for a rare disease its first known onset is one."""
    limit = _years(row, "min_age_years", 0.0)
    return limit if row.get("prevalence_class") else max(limit, _years(row, "onset_min_years", 0.0))


def outgrown_age(name: str) -> float:
    """The age in years after which a patient has outgrown what is named for early life; infinite for all else.

    >>> outgrown_age("Neonatal respiratory distress")
    2.0
    """
    lowered = name.lower()
    return next((age for pattern, age in _EARLY_LIFE if pattern.search(lowered)), math.inf)


def _years(row: Mapping[str, Any], name: str, missing: float) -> float:
    value = row.get(name)
    return missing if value is None else float(value)


def _sex(row: Mapping[str, Any]) -> str | None:
    modes = row.get("inheritance") or ()
    if row.get("sex"):
        return str(row["sex"])
    return "MALE" if modes and set(modes) == {_Y_LINKED} else sex_of_name(str(row.get("name") or ""))
