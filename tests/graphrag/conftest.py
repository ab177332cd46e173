"""A small graph of Marfan syndrome, and a tiny random model made on the spot."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from graphrag.steps import CaseTerms
from graphrag.subgraph import Subgraph
from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from kg_builder.stores.memory import MemoryStore
from ontologies.term_id import TermId

_NODES = [
    ("OMIM:154700", Label.DISEASE, "Marfan syndrome", "马方综合征"),
    ("HP:0000118", Label.SYMPTOM, "Phenotypic abnormality", None),
    ("HP:0001166", Label.SYMPTOM, "Arachnodactyly", "蜘蛛指"),
    ("HP:0001238", Label.SYMPTOM, "Slender finger", None),
    ("HP:0001083", Label.SYMPTOM, "Ectopia lentis", "晶状体异位"),
    ("HP:0001065", Label.SYMPTOM, "Striae distensae", None),
    ("HP:0000545", Label.SYMPTOM, "Myopia", None),
    ("HP:0011003", Label.SYMPTOM, "High myopia", None),
    ("HP:0001249", Label.SYMPTOM, "Intellectual disability", None),
    ("HP:0001250", Label.SYMPTOM, "Seizure", None),
    ("NCBIGENE:2200", Label.GENE, "FBN1", None),
    ("DRUGBANK:DB00678", Label.DRUG, "Losartan", "氯沙坦"),
    ("DRUGBANK:DB00571", Label.DRUG, "Propranolol", None),
    ("DRUGBANK:DB00001", Label.DRUG, "Twin", None),
    ("DRUGBANK:DB00002", Label.DRUG, "Twin", None),
    ("DRUGBANK:DB00661", Label.DRUG, "Verapamil", None),
    ("AITIA:pregnancy", Label.RISK_FACTOR, "Pregnancy", "妊娠"),
]
_R = Relation
_EDGES = [
    ("OMIM:154700", _R.HAS_SYMPTOM, "HP:0001166", "hpoa", {"frequency_n": 8, "frequency_m": 10}),
    ("OMIM:154700", _R.HAS_SYMPTOM, "HP:0001166", "orphanet", {"frequency_class": "HP:0040281"}),
    ("OMIM:154700", _R.HAS_SYMPTOM, "HP:0001083", "hpoa", {"frequency_n": 6, "frequency_m": 10}),
    ("OMIM:154700", _R.HAS_SYMPTOM, "HP:0001065", "hpoa", {}),
    ("OMIM:154700", _R.HAS_SYMPTOM, "HP:0011003", "hpoa", {"frequency_percent": "30"}),
    ("OMIM:154700", _R.LACKS_SYMPTOM, "HP:0001249", "hpoa", {}),
    ("HP:0001166", _R.IS_A, "HP:0001238", "hpo", {}),
    ("HP:0001238", _R.IS_A, "HP:0000118", "hpo", {}),
    ("HP:0011003", _R.IS_A, "HP:0000545", "hpo", {}),
    ("NCBIGENE:2200", _R.ASSOCIATED_WITH, "OMIM:154700", "genes", {}),
    ("DRUGBANK:DB00678", _R.TREATS, "OMIM:154700", "digest", {}),
    ("DRUGBANK:DB00571", _R.TREATS, "OMIM:154700", "digest", {}),
    ("DRUGBANK:DB00571", _R.NOT_INDICATED_FOR, "OMIM:154700", "other", {}),
    ("DRUGBANK:DB00001", _R.PALLIATES, "OMIM:154700", "digest", {}),
    ("DRUGBANK:DB00002", _R.PALLIATES, "OMIM:154700", "digest", {}),
    ("DRUGBANK:DB00002", _R.CONTRAINDICATED_IN, "AITIA:pregnancy", "label", {}),
    ("DRUGBANK:DB00678", _R.CONTRAINDICATED_IN, "AITIA:pregnancy", "label", {"severity": "absolute"}),
    ("DRUGBANK:DB00571", _R.INTERACTS_WITH, "DRUGBANK:DB00661", "ansm", {"level": "avoid", "condition": "intravenous"}),
    ("DRUGBANK:DB00571", _R.INTERACTS_WITH, "DRUGBANK:DB00661", "ansm", {"level": "caution", "condition": "by mouth"}),
]


def _edge(subject: str, relation: Relation, obj: str, source: str, properties: dict[str, Any]) -> Edge:
    evidence = Evidence(source, "1", "CC0-1.0", Tier.CURATED, reference=f"PMID:{len(source)}")
    return Edge(TermId.parse(subject), relation, TermId.parse(obj), evidence, tuple(sorted(properties.items())))


@pytest.fixture(scope="session")
def graph() -> MemoryStore:
    nodes = [
        Node(
            TermId.parse(i),
            label,
            name,
            zh,
            "official" if zh else None,
            xrefs=(TermId("ORPHA", "558"),) * (i == "OMIM:154700"),
        )
        for i, label, name, zh in _NODES
    ]
    return MemoryStore(nodes, [_edge(*row) for row in _EDGES])


@pytest.fixture(scope="session")
def case() -> CaseTerms:
    """Slender fingers, myopia and disability seen in a pregnant woman; lens in place."""
    seen = ("HP:0001238", "HP:0000545", "HP:0001249", "AITIA:pregnancy")
    return CaseTerms(frozenset(map(TermId.parse, seen)), frozenset({TermId("HP", "0001083")}))


@pytest.fixture(scope="session")
def subgraph(graph: MemoryStore, case: CaseTerms) -> Subgraph:
    from graphrag.retrieval import retrieve_subgraph

    return retrieve_subgraph(graph, TermId("OMIM", "154700"), case.observed | case.excluded)


@pytest.fixture(scope="session")
def tiny() -> tuple[Any, Any]:
    """A random GPT-2 of two small layers and a byte-level tokenizer trained on the names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from tokenizers import ByteLevelBPETokenizer
        from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

        bpe = ByteLevelBPETokenizer()
        words = [name for _, _, name, _ in _NODES] + [f" --{relation}-->" for relation in Relation]
        bpe.train_from_iterator(words, vocab_size=400, min_frequency=1, special_tokens=["<eos>"], show_progress=False)
        tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe._tokenizer, eos_token="<eos>")  # noqa: S106
        torch.set_num_threads(1)  # the model is too small to share out
        torch.manual_seed(7)
        eos = tokenizer.eos_token_id
        sizes = {"n_positions": 512, "n_embd": 32, "n_layer": 2, "n_head": 2}
        config = GPT2Config(vocab_size=len(tokenizer), bos_token_id=eos, eos_token_id=eos, **sizes)
        return GPT2LMHeadModel(config).eval(), tokenizer
