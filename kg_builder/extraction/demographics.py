"""Age and sex of the patient from the words of a note, in English and Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ontologies.issue import Issue, IssueLevel

__all__ = ["Demographics", "find_demographics"]

_OLDEST_YEARS = 130.0
_HEAD = 20_000
"""Age and sex are stated early; what stands later is often somebody else's."""

_UNIT_YEARS = {
    "y": 1.0,
    "岁": 1.0,
    "m": 1 / 12,
    "个": 1 / 12,
    "月": 1 / 12,
    "w": 7 / 365.25,
    "周": 7 / 365.25,
    "d": 1 / 365.25,
    "天": 1 / 365.25,
    "日": 1 / 365.25,
}
_AGE = re.compile(
    r"(?<![\d.])(?P<a>\d{1,4}(?:\.\d)?)[\s-]*(?P<ua>years?|yrs?|yr|y|months?|mos?|weeks?|wks?|days?)"
    r"[\s-]*(?:old\b|/?o\b|of age\b)"
    r"|\bage[d]?\s*(?:is|:|：|=)?\s*(?P<b>\d{1,4}(?:\.\d)?)(?![\d/%]|\.\d)\s*(?P<ub>years?|yrs?|y\b|months?|mos?\b|weeks?|days?)?"
    r"|(?<![\d.])(?P<c>\d{1,4}(?:\.\d)?)\s*(?P<uc>岁|个月|月龄)(?!前|时|起|以)"
    r"|年龄\s*[:：]?\s*(?P<d>\d{1,4}(?:\.\d)?)\s*(?P<ud>岁|个月|月|天|日|周)?"
    r"|[男女]\s*[，,、性]\s*性?\s*[，,]?\s*(?P<e>\d{1,4}(?:\.\d)?)\s*(?P<ue>岁|个月|月|天|日|周)"
    r"|(?<![\d.\w])(?P<f>\d{1,3})\s*(?P<uf>y)?\s*/?\s*(?:[MF]\b)(?![/\w])",
    re.IGNORECASE,
)
_FEMALE = (
    r"\b(?:woman|female|girl|lady|gentlewoman|housewife|she|her)\b"
    r"|女性|女孩|女婴|女童|(?<![^，,：:\s（(。；;者儿])女(?=[，,。；;\s）)、\d]|$)|性别\s*[:：]?\s*女|孕妇|产妇"
)
_MALE = (
    r"\b(?:man|male|boy|gentleman|he|his|him)\b"
    r"|男性|男孩|男婴|男童|(?<![^，,：:\s（(。；;者儿])男(?=[，,。；;\s）)、\d]|$)|性别\s*[:：]?\s*男"
)
_SEX = re.compile(
    rf"(?P<F>\bsex\s*[:=]\s*f(?:emale)?\b|(?<=\d)\s*(?:y/?o?|yo)?\s*/?\s*F\b(?!/)|{_FEMALE})"
    rf"|(?P<M>\bsex\s*[:=]\s*m(?:ale)?\b|(?<=\d)\s*(?:y/?o?|yo)?\s*/?\s*M\b(?!/)|{_MALE})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Demographics:
    """Sex (`MALE`, `FEMALE`) and age in years, None where the text does not say; and what was wrong."""

    sex: str | None
    age_years: float | None
    issues: tuple[Issue, ...] = ()


def find_demographics(text: str) -> Demographics:
    """The first age and the first sign of sex; an impossible age is an issue of level error.

    >>> find_demographics("A 3-month-old girl")
    Demographics(sex='FEMALE', age_years=0.25, issues=())
    """
    head = text[:_HEAD]
    sex = _SEX.search(head)
    age, issues = _age(head)
    return Demographics(None if sex is None else ("FEMALE" if sex["F"] else "MALE"), age, issues)


def _age(head: str) -> tuple[float | None, tuple[Issue, ...]]:
    match = _AGE.search(head)
    if match is None:
        return None, ()
    group = next(name for name in "abcdef" if match[name])
    unit = (match["u" + group] or "y").lower()
    years = float(match[group]) * _UNIT_YEARS[unit[0]]
    if years > _OLDEST_YEARS:
        remedy = f"Correct the age in the text; it must be from 0 to {_OLDEST_YEARS:.0f} years"
        return None, (Issue(IssueLevel.ERROR, "impossible-age", f"impossible age: {match.group().strip()}", remedy),)
    return years, ()
