"""A small made-up graph with every trait that a store has to keep."""

from __future__ import annotations

import hashlib

from kg_builder.canonical import PropertyValue
from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from ontologies.term_id import TermId

R = Relation


def tid(text: str) -> TermId:
    return TermId.parse(text)


NODES = [
    Node(
        tid("OMIM:154700"),
        Label.DISEASE,
        "Marfan syndrome",
        name_zh="马凡综合征",
        name_zh_status="official",
        synonyms=("MFS", 'Marfan\'s "disease" \\ \n{type}'),
        xrefs=(tid("MONDO:0007947"), tid("ORPHA:558")),
    ),
    Node(tid("OMIM:129600"), Label.DISEASE, "Ectopia lentis", xrefs=(tid("MONDO:0007500"),)),
    Node(tid("OMIM:9"), Label.DISEASE, "Straße disease", synonyms=("MFS",)),
    Node(tid("HP:0001166"), Label.SYMPTOM, "Arachnodactyly", synonyms=("Spider fingers",)),
    Node(tid("HP:0001083"), Label.SYMPTOM, "Ectopia lentis", properties=(("depth", 7), ("leaf", True))),
    Node(tid("HP:0000478"), Label.SYMPTOM, "Abnormality of the eye"),
    Node(tid("DRUGBANK:DB00264"), Label.DRUG, "Metoprolol"),
    Node(tid("ATC:C07"), Label.DRUG_CLASS, "Beta blocking agents"),
    Node(tid("AITIA:asthma-risk"), Label.RISK_FACTOR, "Asthma"),
    Node(tid("ICD10CM:Q87.40"), Label.ICD_CODE, "Marfan syndrome, unspecified"),
    Node(tid("NCBIGENE:2200"), Label.GENE, "FBN1"),
    Node(tid("HP:9999999"), Label.SYMPTOM, "Alone"),
]


def edge(
    subject: str,
    relation: Relation,
    target: str,
    *,
    source: str = "hpoa",
    reference: str | None = None,
    **own: PropertyValue,
) -> Edge:
    evidence = Evidence(source, "2025-01-16", "HPO", Tier.CURATED, reference=reference, evidence_code="PCS")
    return Edge(tid(subject), relation, tid(target), evidence, properties=tuple(sorted(own.items())))


_PREMISE = edge("OMIM:154700", R.HAS_SYMPTOM, "HP:0001166", reference="PMID:1", frequency_n=5, frequency_m=9)
EDGES = [
    _PREMISE,
    edge("OMIM:154700", R.HAS_SYMPTOM, "HP:0001166", reference="PMID:2", asserted_subject="ORPHA:558"),
    edge("OMIM:154700", R.LACKS_SYMPTOM, "HP:0001166", reference="PMID:3"),
    edge("OMIM:154700", R.HAS_SYMPTOM, "HP:0001083", red_flag=True),
    edge("OMIM:129600", R.HAS_SYMPTOM, "HP:0001083"),
    edge("HP:0001083", R.IS_A, "HP:0000478", source="hp"),
    edge("OMIM:154700", R.CODED_AS, "ICD10CM:Q87.40", source="mondo", predicate="exact"),
    edge("NCBIGENE:2200", R.ASSOCIATED_WITH, "OMIM:154700", source="g2p", kind="MENDELIAN"),
    edge("NCBIGENE:2200", R.ASSOCIATED_WITH, "OMIM:129600", source="g2p", kind="MENDELIAN"),
    edge("DRUGBANK:DB00264", R.TREATS, "OMIM:154700", source="aitia", condition='it\'s "so" \\ 用药'),
    edge("DRUGBANK:DB00264", R.IS_A, "ATC:C07", source="atc"),
    edge("ATC:C07", R.CONTRAINDICATED_IN, "AITIA:asthma-risk", source="aitia", severity="severe"),
    Edge(
        tid("OMIM:154700"),
        R.PRESENTS_WITH,
        tid("HP:0001166"),
        Evidence(
            "derived", "1", "CC0-1.0", Tier.UNREVIEWED, document="d", start=0, end=4, quote="wide", confidence="0.5"
        ),
        properties=(("sources", ("hpoa", "orphanet")),),
        count=2,
        premises=(_PREMISE.id,),
    ),
]
BUILD = hashlib.sha256(b"a made-up build").hexdigest()
