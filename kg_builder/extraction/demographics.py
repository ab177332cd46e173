"""Age and sex of the patient from the words of a note, in English and Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ontologies.issue import Issue, IssueLevel

__all__ = ["Demographics", "find_demographics"]

_OLDEST_YEARS = 130.0
_HEAD = 20_000
"""Age and sex are stated early; what stands later is often somebody else's."""

_DAYS_A_YEAR = 365.25
_UNIT_YEARS = {
    "y": 1.0,
    "岁": 1.0,
    "m": 1 / 12,
    "个": 1 / 12,
    "月": 1 / 12,
    "w": 7 / _DAYS_A_YEAR,
    "周": 7 / _DAYS_A_YEAR,
    "d": 1 / _DAYS_A_YEAR,
    "天": 1 / _DAYS_A_YEAR,
    "日": 1 / _DAYS_A_YEAR,
    "h": 1 / 24 / _DAYS_A_YEAR,
    "/12": 1 / 12,
    "/52": 7 / _DAYS_A_YEAR,
    "/7": 1 / _DAYS_A_YEAR,
    "小": 1 / 24 / _DAYS_A_YEAR,
}
_NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_CHINESE_DIGITS = "零一二三四五六七八九"
_CHINESE_NUMBER = re.compile(
    r"(?:(?<![一-鿿])|(?<=[儿者龄童婴]))(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
    r"(?=余?岁|个月[大龄]|月龄)"
)
_NUMBER = rf"(?:\d{{1,4}}(?:\.\d)?|\b(?:{'|'.join(_NUMBER_WORDS)})\b)"
_LATIN_UNIT = (
    r"years?|yrs?|yr|y|months?|mos?|mths?|m(?=[\s./]*o)|weeks?|wks?|wk|w(?=[\s./]*o)|days?|d(?=[\s./]*o)|hours?|hrs?"
)
_MORE = r"(?:(?:\s+and)?,?\s*(?P<more>\d{1,2})\s*(?P<umore>months?|mos?\b|m\b|weeks?|wks?|days?|d\b))?"
_PERSON = r"(?:boy|girl|baby|infant|child|male|female|man|woman|lad|lady|gentleman|[MF])\b(?![/\w])"
_CHINESE_UNIT = r"岁|个月|月龄|月|天|日龄|日|周|小时"
_AGES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 3-month-old, 6 years and 2 months old, 72 y/o, 3 m.o., 2 y 1 mo old, 4y 6m girl, 38 yrs, 12 days male
        rf"(?<![\d.])(?P<a>{_NUMBER})[\s-]*(?P<ua>{_LATIN_UNIT}){_MORE}[\s.-]*(?:old\b|/?\s?o\b|of age\b|{_PERSON})",
        # 8/12 boy, 3/52 old, 3 yr 2/12 M: twelfths of a year, weeks and days as British notes write them
        rf"(?<![\d./])(?:(?P<a>\d{{1,2}})\s*(?P<ua>y(?:ears?|rs?)?)\s*)?(?P<more>\d{{1,2}})(?P<umore>/(?:12|52|7))"
        rf"[\s-]*(?:old\b|{_PERSON})",
        # aged 7 weeks, Age: 45, Age at admission: 8 days, aged 4 months 12 days
        rf"\bage[d]?\s*(?:is|at (?:admission|presentation|referral|visit)|:|：|=|of)?\s*[:：]?\s*(?P<a>{_NUMBER})"
        rf"(?![\d/%]|\.\d)(?:\s*(?P<ua>years?|yrs?|yr?\b|months?|mos?\b|weeks?|wks?\b|days?){_MORE})?",
        # a boy of 4 years; Mr. X, 55 years; Mrs Joanne F., 38 yrs
        r"\b(?:boy|girl|man|woman|child|infant|male|female)\s+(?:of|aged?)\s+(?P<a>\d{1,3})"
        r"\s*(?P<ua>years?|months?|weeks?|days?)?\b",
        r"\b(?:mr|mrs|ms|miss)\.?\s+(?:\w+\.?\s+){0,2}\w+\.?,\s*(?P<a>\d{1,3})(?:\s*(?P<ua>years?|yrs?))?\b"
        r"(?!\s*(?:days?|weeks?|months?|mg)\b)",
        # as in 67F, 18mo F; then as in M/45
        r"(?<![\d.\w/])(?P<a>\d{1,3})\s*(?P<ua>y|yo|mo|wk)?\s*/?\s*(?:[MF]\b)(?![/\w])",
        r"(?:^|[(\s])[MF]\s?[/,]\s?(?P<a>\d{1,3})(?:\s?(?P<ua>y|mo|wk))?(?![\d.%/])",
        # in Chinese: 1岁2月, 60余岁, 3月龄
        r"(?<![\d.])(?P<a>\d{1,4}(?:\.\d)?)\s*余?(?P<ua>岁)(?:零?(?P<more>\d{1,2})个?(?P<umore>月))?"
        r"(?!零?\d|前|时|起|以|方|始|才|会|能|开始|后|独|走|说|结婚|初潮|绝经|生育|去世|死|猝|因|患|确诊|诊断|发病)",
        r"(?<![\d.])(?P<a>\d{1,3})\s*(?P<ua>个月(?=龄|大|的?[男女婴患])|月龄)",
        rf"(?:年龄|月龄|日龄|周龄)\s*[:：]?\s*(?P<a>\d{{1,4}}(?:\.\d)?)\s*(?P<ua>{_CHINESE_UNIT})?",
        rf"[男女]\s*[婴孩童]?\s*[，,、性]\s*性?\s*[，,]?\s*(?P<a>\d{{1,4}}(?:\.\d)?)\s*(?P<ua>{_CHINESE_UNIT})(?!前)"
        r"(?:零?(?P<more>\d{1,2})个?(?P<umore>月))?",
    )
)
"""Each gives a number `a` and a unit `ua`, and perhaps `more` of a second unit; earlier places in the text win."""
_SINCE_BIRTH = re.compile(r"(?:出生后?|生后)第?\s*(?P<a>\d{1,3})\s*(?P<ua>天|日|周|个月|月|小时)")
_NEWBORN = re.compile(
    r"\b(?:newborn|neonate)\b(?!['’s]*\s+(?:screen|hearing|period|nursery|intensive))|新生儿(?![科期筛重室时])",
    re.IGNORECASE,
)
_RELATIVE_BEFORE = re.compile(
    r"(?:mother|father|parents?|brother|sister|sibling|wife|husband|aunt|uncle|cousin|grand\w+"
    r"|母亲?|父亲?|其[父母兄弟姐妹子女]|[哥弟姐妹]\w?|妻子|丈夫)"
    r"[^.。;；\n]{0,30}$",
    re.IGNORECASE,
)
_FEMALE = (
    r"\b(?:woman|female|girl|lady|gentlewoman|housewife|(?-i:Mrs|Ms)|(?-i:Miss(?= [A-Z])))\b"
    r"|女性|女孩|女婴|女童|(?<![^，,：:\s（(。；;者儿人])女(?=[，,。；;\s）)、/\d]|$)|性别\s*[:：]?\s*女|孕妇|产妇"
)
_MALE = (
    r"\b(?:man|male|boy|gentleman|lad|(?-i:Mr))\b"
    r"|男性|男孩|男婴|男童|(?<![^，,：:\s（(。；;者儿人])男(?=[，,。；;\s）)、/\d]|$)|性别\s*[:：]?\s*男"
)
_LETTER = (
    r"(?<=\d)\s*(?:y/?o?|yo|mo|wk)?\s*/?\s*(?:old|o)?\s*(?-i:{0})\b(?!/)|(?:^|[(\s])(?-i:{0})\s?[/,]\s?(?=\d{{1,3}}\b)"
    r"|(?<=[a-z.] )(?-i:{0})(?= (?:presenting|presents|presented|with|w/|who|admitted|c/o|brought)\b)"
)
_SEX = re.compile(
    rf"(?P<F>\bsex\s*[:=]\s*f(?:emale)?\b|{_LETTER.format('F')}|{_FEMALE})"
    rf"|(?P<M>\bsex\s*[:=]\s*m(?:ale)?\b|{_LETTER.format('M')}|{_MALE})",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:(?P<F>she|her|hers)|(?P<M>he|his|him))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Demographics:
    """Sex (`MALE`, `FEMALE`) and age in years, None where the text does not say; and what was wrong."""

    sex: str | None
    age_years: float | None
    issues: tuple[Issue, ...] = ()


def find_demographics(text: str) -> Demographics:
    """The first age that is not a relative's, and the first word for a sex, or else pronoun.

    An impossible age is an issue of level error.

    >>> find_demographics("A 3-month-old girl")
    Demographics(sex='FEMALE', age_years=0.25, issues=())
    """
    head = _CHINESE_NUMBER.sub(_in_digits, text[:_HEAD])
    sex = _SEX.search(head) or _PRONOUN.search(head)
    age, issues = _age(head)
    return Demographics(None if sex is None else ("FEMALE" if sex["F"] else "MALE"), age, issues)


def _in_digits(match: re.Match[str]) -> str:
    tens, ten, ones = match.group().rpartition("十")
    value = _CHINESE_DIGITS.index(ones) if ones else 0
    return str(value + (10 * (_CHINESE_DIGITS.index(tens) if tens else 1) if ten else 0))


def _age(head: str) -> tuple[float | None, tuple[Issue, ...]]:
    matches = sorted(
        (match for pattern in _AGES for match in pattern.finditer(head)),
        key=lambda match: (match.start(), -match.end()),
    )
    for match in matches:
        if _RELATIVE_BEFORE.search(head, max(0, match.start() - 60), match.start()):
            continue
        years = _years(match["a"], match["ua"]) if match["a"] else 0.0
        if "more" in match.re.groupindex and match["more"]:
            years += _years(match["more"], match["umore"])
        if years > _OLDEST_YEARS:
            remedy = f"Correct the age in the text; it must be from 0 to {_OLDEST_YEARS:.0f} years"
            message = f"impossible age: {match.group().strip()}"
            return None, (Issue(IssueLevel.ERROR, "impossible-age", message, remedy),)
        return years, ()
    if since := _SINCE_BIRTH.search(head):
        return _years(since["a"], since["ua"]), ()
    return (0.0 if _NEWBORN.search(head) else None), ()


def _years(number: str, unit: str | None) -> float:
    low = number.lower()
    value = _NUMBER_WORDS.index(low) if low in _NUMBER_WORDS else float(low)
    low_unit = (unit or "y").lower()
    return value * _UNIT_YEARS[low_unit if low_unit in _UNIT_YEARS else low_unit[0]]
