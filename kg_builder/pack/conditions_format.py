"""The format of the pack's condition files: fields, allowed values and their checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg_builder.citation import Citation
from ontologies.errors import FileFormatError, TermIdError
from ontologies.term_id import TermId

__all__ = [
    "CITABLE_TABLES",
    "FREQUENCY_CLASSES",
    "PREDICATES",
    "PREVALENCE_CLASSES",
    "REMEDY",
    "ROW_TABLES",
    "check_condition",
]

REMEDY = "Correct the row as pack/README.md says"
# obligate, very frequent, frequent, occasional, very rare
FREQUENCY_CLASSES = ("HP:0040280", "HP:0040281", "HP:0040282", "HP:0040283", "HP:0040284")
PREDICATES = ("exact", "broader", "narrower", "related")
PREVALENCE_CLASSES = ("very common", "common", "uncommon", "rare")

_TEXT, _FLAG, _YEARS = str, bool, int

# Fields of a condition and of its rows: name → (type, required).
_Fields = Mapping[str, tuple[type, bool]]
_CONDITION: _Fields = {
    "id": (_TEXT, True),
    "name": (_TEXT, True),
    "name_zh": (_TEXT, True),
    "synonyms": (list, True),
    "synonyms_zh": (list, True),
    "prevalence_class": (_TEXT, True),
    "urgent": (_FLAG, True),
    "usual_age_from_years": (_YEARS, False),
    "usual_age_to_years": (_YEARS, False),
    "min_age_years": (_YEARS, False),
    "max_age_years": (_YEARS, False),
    "sex": (_TEXT, False),
    "xrefs": (list, True),
    "codes": (list, True),
    "symptoms": (list, True),
    "drugs": (list, True),
    "contraindicated": (list, True),
    "differs": (list, False),
    "settled_by": (list, False),
}
_ROW_FIELDS: Mapping[str, _Fields] = {
    "xrefs": {"id": (_TEXT, True), "cite": (_TEXT, False)},
    "codes": {
        "system": (_TEXT, True),
        "code": (_TEXT, True),
        "title": (_TEXT, True),
        "predicate": (_TEXT, True),
        "cite": (_TEXT, False),
    },
    "symptoms": {
        "hpo": (_TEXT, True),
        "label": (_TEXT, True),
        "frequency": (_TEXT, True),
        "red_flag": (_FLAG, False),
        "cite": (_TEXT, False),
    },
    "drugs": {
        "id": (_TEXT, True),
        "name": (_TEXT, True),
        "use": (_TEXT, True),
        "line": (_TEXT, True),
        "condition": (_TEXT, False),
        "cite": (_TEXT, False),
    },
    "contraindicated": {
        "id": (_TEXT, True),
        "name": (_TEXT, True),
        "condition": (_TEXT, False),
        "cite": (_TEXT, False),
    },
    "differs": {
        "from": (_TEXT, True),
        "by": (_TEXT, True),
        "label": (_TEXT, True),
        "note": (_TEXT, True),
        "note_zh": (_TEXT, True),
    },
    "settled_by": {
        "test": (_TEXT, True),
        "test_zh": (_TEXT, True),
        "hpo": (_TEXT, False),
        "label": (_TEXT, False),
    },
}
# The tables of rows of a condition, and those of them that can cite a source.
ROW_TABLES = tuple(_ROW_FIELDS)
CITABLE_TABLES = tuple(table for table, fields in _ROW_FIELDS.items() if "cite" in fields)

_CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("condition", "prevalence_class"): PREVALENCE_CLASSES,
    ("condition", "sex"): ("FEMALE", "MALE"),
    ("codes", "system"): ("ICD10CM", "ICD10WHO"),
    ("codes", "predicate"): PREDICATES,
    ("symptoms", "frequency"): FREQUENCY_CLASSES,
    ("drugs", "use"): ("palliates", "treats"),
    ("drugs", "line"): ("first",),
}
_PREFIXES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("condition", "id"): ("AITIA",),
    ("xrefs", "id"): ("DOID", "MESH", "MONDO", "OMIM", "ORPHA"),
    ("symptoms", "hpo"): ("HP",),
    ("drugs", "id"): ("DRUGBANK",),
    ("contraindicated", "id"): ("DRUGBANK",),
    ("differs", "from"): ("AITIA",),
    ("differs", "by"): ("HP",),
    ("settled_by", "hpo"): ("HP",),
}


def check_condition(condition: Mapping[str, Any], place: str) -> None:
    """Check a condition and its rows.

    Args:
        condition: one `[[condition]]` as TOML gives it.
        place: file and id, for the message.

    Raises:
        FileFormatError: a field is missing, unknown or has an impossible value; names the row and the remedy.
    """
    _check_fields("condition", condition, _CONDITION, place)
    for name in ("synonyms", "synonyms_zh"):
        if not all(isinstance(synonym, str) for synonym in condition[name]):
            raise FileFormatError(f"{name} must be texts", value=place, remedy=REMEDY)
    _check_ages(condition, place)
    for table in ROW_TABLES:
        for number, row in enumerate(condition.get(table, ()), start=1):
            _check_fields(table, row, _ROW_FIELDS[table], f"{place}/{table}/{number}")
    _check_settled(condition, place)


def _check_settled(condition: Mapping[str, Any], place: str) -> None:
    rows = condition.get("settled_by", ())
    if condition["urgent"] and not rows:
        raise FileFormatError(
            "an urgent condition without what settles it", value=place, remedy="Add settled_by, a test or a finding"
        )
    for number, row in enumerate(rows, start=1):
        if ("hpo" in row) != ("label" in row):
            raise FileFormatError("hpo and label go together", value=f"{place}/settled_by/{number}", remedy=REMEDY)


def _check_ages(condition: Mapping[str, Any], place: str) -> None:
    for low, high in (("min_age_years", "max_age_years"), ("usual_age_from_years", "usual_age_to_years")):
        if not 0 <= condition.get(low, 0) <= condition.get(high, 130) <= 130:
            raise FileFormatError("impossible age range", value=place, remedy=f"Write 0 <= {low} <= {high} <= 130")


def _check_fields(table: str, row: object, fields: _Fields, place: str) -> None:
    if not isinstance(row, dict):
        raise FileFormatError("a row must be { field = value, … }", value=place, remedy=REMEDY)
    unknown = sorted(row.keys() - fields.keys())
    if unknown:
        raise FileFormatError(f"unknown field {unknown[0]}", value=place, remedy=f"Fields here: {', '.join(fields)}")
    for name, (kind, required) in fields.items():
        if name not in row:
            if required:
                raise FileFormatError(f"missing field {name}", value=place, remedy=REMEDY)
        elif type(row[name]) is not kind or row[name] == "":
            raise FileFormatError(f"field {name} must be a {kind.__name__}", value=place, remedy=REMEDY)
        else:
            _check_value(table, name, row[name], place)


def _check_value(table: str, name: str, value: Any, place: str) -> None:
    choices = _CHOICES.get((table, name))
    if choices is not None and value not in choices:
        raise FileFormatError(f"{place}: field {name} cannot be {value}", remedy=f"Use one of {', '.join(choices)}")
    prefixes = _PREFIXES.get((table, name))
    try:
        if prefixes is not None and TermId.parse(value).prefix not in prefixes:
            raise FileFormatError("not an identifier of that kind", value=value, remedy=f"Use {', '.join(prefixes)}")
        if name == "cite":
            Citation.parse(value)
    except (FileFormatError, TermIdError) as error:
        message = f"{place}: field {name}: {error.message}"
        raise FileFormatError(message, value=error.value, remedy=error.remedy) from error
