"""The schema of the graph: labels, relations, tiers, and what each relation joins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["RELATION_SPECS", "SCHEMA_VERSION", "Label", "Relation", "RelationSpec", "Tier"]

SCHEMA_VERSION = "1"


class Label(StrEnum):
    """Kinds of node."""

    DISEASE = "Disease"
    SYMPTOM = "Symptom"
    DRUG = "Drug"
    DRUG_CLASS = "DrugClass"
    ICD_CODE = "IcdCode"
    GENE = "Gene"
    LAB_TEST = "LabTest"
    PROCEDURE = "Procedure"
    ORGANISM = "Organism"
    RISK_FACTOR = "RiskFactor"
    PUBLICATION = "Publication"
    DOCUMENT = "Document"
    COURSE = "Course"
    INHERITANCE = "Inheritance"
    PLACE = "Place"


class Relation(StrEnum):
    """Kinds of edge. A snapshot numbers them by their place here: new ones go to the end."""

    HAS_SYMPTOM = "HAS_SYMPTOM"
    LACKS_SYMPTOM = "LACKS_SYMPTOM"
    IS_A = "IS_A"
    CODED_AS = "CODED_AS"
    ASSOCIATED_WITH = "ASSOCIATED_WITH"
    TREATS = "TREATS"
    PALLIATES = "PALLIATES"
    NOT_INDICATED_FOR = "NOT_INDICATED_FOR"
    CONTRAINDICATED_IN = "CONTRAINDICATED_IN"
    INTERACTS_WITH = "INTERACTS_WITH"
    DOSE_LIMIT = "DOSE_LIMIT"
    CAUSES = "CAUSES"
    RAISES_RISK_OF = "RAISES_RISK_OF"
    DIAGNOSED_BY = "DIAGNOSED_BY"
    CITES = "CITES"
    MENTIONED_IN = "MENTIONED_IN"
    PRESENTS_WITH = "PRESENTS_WITH"
    TREATED_BY = "TREATED_BY"
    HAS_ONSET = "HAS_ONSET"
    HAS_COURSE = "HAS_COURSE"
    HAS_INHERITANCE = "HAS_INHERITANCE"
    HAS_PREVALENCE = "HAS_PREVALENCE"
    MAPPED_TO = "MAPPED_TO"


class Tier(StrEnum):
    """What an edge is worth, best first."""

    PRIMARY = "primary"
    CURATED = "curated"
    DIGEST = "digest"
    UNREVIEWED = "unreviewed"


@dataclass(frozen=True, slots=True)
class RelationSpec:
    """What a relation joins and which properties of its own it may carry.

    Args:
        subjects: labels allowed at the start.
        objects: labels allowed at the end.
        properties: names of the relation's own properties.
        negative: the relation denies something.
        symmetric: the direction means nothing; the smaller id is stored first.
    """

    subjects: frozenset[Label]
    objects: frozenset[Label]
    properties: frozenset[str] = frozenset()
    negative: bool = False
    symmetric: bool = False


def _spec(
    subjects: tuple[Label, ...],
    objects: tuple[Label, ...],
    *properties: str,
    negative: bool = False,
    symmetric: bool = False,
) -> RelationSpec:
    return RelationSpec(frozenset(subjects), frozenset(objects), frozenset(properties), negative, symmetric)


_L = Label
_DRUGS = (_L.DRUG, _L.DRUG_CLASS)
_FREQUENCY = ("frequency_n", "frequency_m", "frequency_class", "frequency_percent")
_COURSE = (*_FREQUENCY, "onset", "sex", "modifier", "source_class", "asserted_subject")

RELATION_SPECS: dict[Relation, RelationSpec] = {
    Relation.HAS_SYMPTOM: _spec(
        (_L.DISEASE,), (_L.SYMPTOM,), *_FREQUENCY, "onset", "sex", "modifier", "red_flag", "asserted_subject"
    ),
    Relation.LACKS_SYMPTOM: _spec(
        (_L.DISEASE,), (_L.SYMPTOM,), *_FREQUENCY, "onset", "sex", "modifier", "asserted_subject", negative=True
    ),
    Relation.IS_A: _spec(
        (_L.DISEASE, _L.SYMPTOM, _L.ICD_CODE, _L.DRUG, _L.DRUG_CLASS, _L.COURSE, _L.INHERITANCE),
        (_L.DISEASE, _L.SYMPTOM, _L.ICD_CODE, _L.DRUG_CLASS, _L.COURSE, _L.INHERITANCE),
        "distance",
        "via",
        "asserted_subject",
        "asserted_object",
    ),
    Relation.CODED_AS: _spec(
        (_L.DISEASE,),
        (_L.ICD_CODE,),
        "predicate",
        "code_system",
        "distance",
        "mapping_justification",
        "matched_name",
        "asserted_subject",
    ),
    Relation.ASSOCIATED_WITH: _spec((_L.GENE,), (_L.DISEASE,), "kind", "asserted_object"),
    Relation.TREATS: _spec(_DRUGS, (_L.DISEASE, _L.SYMPTOM), "line", "condition", "asserted_object"),
    Relation.PALLIATES: _spec(_DRUGS, (_L.DISEASE, _L.SYMPTOM), "line", "condition", "asserted_object"),
    Relation.NOT_INDICATED_FOR: _spec(
        _DRUGS, (_L.DISEASE, _L.SYMPTOM), "line", "condition", "asserted_object", negative=True
    ),
    Relation.CONTRAINDICATED_IN: _spec(_DRUGS, (_L.DISEASE, _L.SYMPTOM, _L.RISK_FACTOR), "severity", "condition"),
    Relation.INTERACTS_WITH: _spec(_DRUGS, _DRUGS, "level", "condition", "mechanism", "advice", symmetric=True),
    Relation.DOSE_LIMIT: _spec((_L.DRUG,), (_L.RISK_FACTOR, _L.DISEASE), "condition", "value", "unit"),
    Relation.CAUSES: _spec((_L.DRUG, _L.ORGANISM), (_L.SYMPTOM, _L.DISEASE), *_FREQUENCY),
    Relation.RAISES_RISK_OF: _spec((_L.RISK_FACTOR,), (_L.DISEASE,), "size"),
    Relation.DIAGNOSED_BY: _spec((_L.DISEASE,), (_L.LAB_TEST, _L.PROCEDURE, _L.SYMPTOM), "sensitivity", "specificity"),
    Relation.CITES: _spec((_L.DISEASE, _L.DRUG), (_L.PUBLICATION,), "asserted_subject"),
    Relation.MENTIONED_IN: _spec(tuple(_L), (_L.DOCUMENT,)),
    Relation.PRESENTS_WITH: _spec((_L.DISEASE,), (_L.SYMPTOM,), "frequency", "sources", "assertions"),
    Relation.TREATED_BY: _spec((_L.DISEASE, _L.SYMPTOM), _DRUGS, "sources", "assertions"),
    Relation.HAS_ONSET: _spec((_L.DISEASE,), (_L.COURSE,), *_COURSE),
    Relation.HAS_COURSE: _spec((_L.DISEASE,), (_L.COURSE,), *_COURSE),
    Relation.HAS_INHERITANCE: _spec((_L.DISEASE,), (_L.INHERITANCE,), *_COURSE),
    # Shares of persons are decimal strings per person; a number of cases or families is not a share.
    Relation.HAS_PREVALENCE: _spec(
        (_L.DISEASE,),
        (_L.PLACE,),
        "kind",
        "qualification",
        "source_class",
        "per_person",
        "per_person_low",
        "per_person_high",
        "cases",
        "asserted_subject",
    ),
    Relation.MAPPED_TO: _spec(
        (_L.DISEASE,),
        (_L.DISEASE,),
        "predicate",
        "mapping_justification",
        "matched_name",
        "asserted_subject",
        "asserted_object",
    ),
}
