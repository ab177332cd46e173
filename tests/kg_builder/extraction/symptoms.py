"""A dozen symptoms with English and Chinese names, enough to write sentences with."""

from __future__ import annotations

from kg_builder.extraction.vocabulary import OntologyVocabulary
from ontologies.ontology import ObsoleteTerm, Ontology
from ontologies.term import Synonym, SynonymScope, Term
from ontologies.term_id import TermId

__all__ = ["FORMER", "MERGED", "WITHDRAWN", "small_vocabulary", "symptom", "symptom_names", "symptoms_in_chinese"]

ROOT, ALL, INHERITANCE = TermId("HP", "0000118"), TermId("HP", "0000001"), TermId("HP", "0000005")
DOMINANT = TermId("HP", "0000006")
FORMER = TermId("HP", "9000001")
"""Withdrawn, replaced by seizure."""
WITHDRAWN = TermId("HP", "9000002")
"""Withdrawn without replacement."""
MERGED = TermId("HP", "9000003")
"""Merged into fever."""

_SYMPTOMS = {
    "fever": ("HP:0001945", "Fever", "发热"),
    "chills": ("HP:0025143", "Chills", "寒战"),
    "cough": ("HP:0012735", "Cough", "咳嗽"),
    "hypertension": ("HP:0000822", "Hypertension", "高血压"),
    "diabetes": ("HP:0000819", "Diabetes mellitus", "糖尿病"),
    "chest pain": ("HP:0100749", "Chest pain", "胸痛"),
    "hyperkalemia": ("HP:0002153", "Hyperkalemia", "高钾血症"),
    "hypokalemia": ("HP:0002900", "Hypokalemia", "低钾血症"),
    "hyponatremia": ("HP:0002902", "Hyponatremia", "低钠血症"),
    "seizure": ("HP:0001250", "Seizure", "癫痫发作"),
    "febrile seizure": ("HP:0002373", "Febrile seizure (within the age range of 3 months to 6 years)", "热性惊厥"),
    "headache": ("HP:0002315", "Headache", "头痛"),
    "vomiting": ("HP:0002013", "Vomiting", "呕吐"),
    "anemia": ("HP:0001903", "Anemia", "贫血"),
    "splenomegaly": ("HP:0001744", "Splenomegaly", "脾大"),
    "tall stature": ("HP:0000098", "Tall stature", "身材高大"),
    "rash": ("HP:0000988", "Skin rash", "皮疹"),
    "dyspnea": ("HP:0002094", "Dyspnea", "呼吸困难"),
    "diarrhea": ("HP:0002014", "Diarrhea", "腹泻"),
    "jaundice": ("HP:0000952", "Jaundice", "黄疸"),
    "abdominal pain": ("HP:0002027", "Abdominal pain", "腹痛"),
    "edema": ("HP:0000969", "Edema", "水肿"),
    "asthma": ("HP:0002099", "Asthma", "哮喘"),
    "stroke": ("HP:0001297", "Stroke", "脑卒中"),
    "low fever": ("HP:0011134", "Low-grade fever", "低热"),
    "hearing loss": ("HP:0000365", "Hearing impairment", "听力下降"),
    "bleeding": ("HP:0001892", "Abnormal bleeding", "出血"),
    "liver": ("HP:0002240", "Hepatomegaly", "肝大"),
    "low ears": ("HP:0000369", "Low-set ears", "低位耳"),
    "hypotonia": ("HP:0001252", "Hypotonia", "肌张力低下"),
    "dizziness": ("HP:0002321", "Vertigo", "头晕"),
    "hemoptysis": ("HP:0002105", "Hemoptysis", "咯血"),
    "lethargy": ("HP:0001254", "Lethargy", "嗜睡"),
}
_SYNONYMS = {"diabetes": ("Diabetes",), "febrile seizure": ("Febrile seizure",), "chills": ("Rigors",)}
_SYNONYMS |= {
    "rash": ("Rash",),
    "hearing loss": ("Hearing loss",),
    "dizziness": ("Dizziness",),
    "bleeding": ("Bleeding",),
    "lethargy": ("Dullness",),
}


def symptom(name: str) -> TermId:
    return TermId.parse(_SYMPTOMS[name][0])


def symptom_names() -> list[str]:
    return list(_SYMPTOMS)


def symptoms_in_chinese() -> list[tuple[str, str]]:
    """Chinese and English names, the longest Chinese name first."""
    return sorted(((row[2], name) for name, row in _SYMPTOMS.items()), key=lambda pair: -len(pair[0]))


def small_vocabulary() -> OntologyVocabulary:
    terms = [Term(ALL, "All"), Term(ROOT, "Phenotypic abnormality"), Term(INHERITANCE, "Mode of inheritance")]
    terms.append(Term(DOMINANT, "Autosomal dominant inheritance"))
    for name, (identifier, label, _) in _SYMPTOMS.items():
        synonyms = tuple(Synonym(text, SynonymScope.EXACT) for text in _SYNONYMS.get(name, ()))
        merged = (MERGED,) if name == "fever" else ()
        terms.append(Term(TermId.parse(identifier), label, synonyms, alternative_ids=merged))
    is_a = [(ROOT, ALL), (INHERITANCE, ALL), (DOMINANT, INHERITANCE)]
    is_a += [(symptom(name), ROOT) for name in _SYMPTOMS if name != "febrile seizure"]
    is_a.append((symptom("febrile seizure"), symptom("seizure")))
    obsolete = [ObsoleteTerm(FORMER, "obsolete Fit", symptom("seizure")), ObsoleteTerm(WITHDRAWN, "obsolete Thing")]
    words = [(chinese, TermId.parse(identifier)) for identifier, _, chinese in _SYMPTOMS.values()]
    return OntologyVocabulary(Ontology("test", terms, is_a, obsolete=obsolete), words)
