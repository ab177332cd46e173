"""Are the paths of a random model edges? At least 2,000 generations, greedy, sampled and by beams.

The check uses nothing of Aitia: it reads the decoded text with a regular expression and walks a plain list of triples.

    python tests/benchmarks/constrained_decoding.py [--seed 0] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
import sys
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from graphrag.models.transformers_model import TransformersModel
from graphrag.steps import CaseTerms, steps_of_edge
from graphrag.subgraph import Subgraph
from kg_builder.edge import Edge, Evidence
from kg_builder.node import Node
from kg_builder.schema import Label, Relation, Tier
from ontologies.term_id import TermId

Triple = tuple[str, str, str]
NEGATIVE = {"LACKS_SYMPTOM", "NOT_INDICATED_FOR"}
HOP = re.compile(r" (?:--([A-Z_]+)-->|<--([A-Z_]+)--) (.+?)(?= --[A-Z_]+--> | <--[A-Z_]+-- |$)")
PLAN = {"greedy": (60, 10), "sample": (60, 25), "beam": (70, 10)}  # calls, paths asked for in each
SYLLABLES = ["ka", "ro", "mi", "ten", "sul", "dys", "my", "opia", "lex", "ion"]


def random_graph(seed: int) -> tuple[dict[str, str], list[Triple]]:
    """Names by id and triples: shared names, names that begin other names, parallel and contrary relations."""
    draw = random.Random(seed)
    words = ["".join(draw.choices(SYLLABLES, k=2)) for _ in range(24)]
    names = {f"OMIM:{i}": f"Disease {draw.choice(words)}" for i in range(8)}
    names |= {f"HP:{i}": " ".join(draw.choices(words, k=draw.randint(1, 2))) for i in range(30)}
    names |= {f"DRUGBANK:{i}": draw.choice(words) for i in range(14)}
    by_prefix = {p: [n for n in names if n.startswith(p)] for p in ("OMIM", "HP", "DRUGBANK")}
    kinds = [
        ("OMIM", "HAS_SYMPTOM", "HP", 90),
        ("OMIM", "LACKS_SYMPTOM", "HP", 40),
        ("DRUGBANK", "TREATS", "OMIM", 25),
        ("DRUGBANK", "NOT_INDICATED_FOR", "OMIM", 25),
        ("DRUGBANK", "CONTRAINDICATED_IN", "HP", 30),
        ("DRUGBANK", "INTERACTS_WITH", "DRUGBANK", 25),
    ]
    triples = {(draw.choice(by_prefix[s]), r, draw.choice(by_prefix[o])) for s, r, o, n in kinds for _ in range(n)}
    return names, sorted(t for t in triples if t[0] != t[2])


def edges_of_text(
    text: str, start: str, names: dict[str, str], triples: list[Triple]
) -> list[list[tuple[Triple, bool]]]:
    """Every reading of a text as triples, each with whether it is walked forward; empty where it is no path."""
    readings: list[tuple[str, list[tuple[Triple, bool]]]] = [(start, [])]
    hops = list(HOP.finditer(text))
    if not hops or "".join(hop.group(0) for hop in hops) != text:
        return []
    for hop in hops:
        forward, relation, name = hop.group(1) is not None, hop.group(1) or hop.group(2), hop.group(3)
        readings = [
            (after, [*walked, (triple, forward)])
            for here, walked in readings
            for triple in triples
            for before, after in [(triple[0], triple[2]) if forward else (triple[2], triple[0])]
            if triple[1] == relation and before == here and names[after] == name
        ]
    return [walked for _, walked in readings]


def tiny_model(texts: list[str], seed: int) -> tuple[Any, Any]:
    """A random GPT-2 and a byte-level tokenizer trained on the names."""
    bpe = ByteLevelBPETokenizer()
    bpe.train_from_iterator(texts, vocab_size=450, min_frequency=1, special_tokens=["<eos>"], show_progress=False)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe._tokenizer, eos_token="<eos>")  # noqa: S106
    torch.manual_seed(seed)
    eos = tokenizer.eos_token_id
    sizes = {"n_positions": 512, "n_embd": 32, "n_layer": 1, "n_head": 2}
    config = GPT2Config(vocab_size=len(tokenizer), bos_token_id=eos, eos_token_id=eos, **sizes)
    return GPT2LMHeadModel(config).eval(), tokenizer


def as_subgraph(names: dict[str, str], triples: list[Triple]) -> Subgraph:
    """The same graph as Aitia holds it."""
    labels = {"OMIM": Label.DISEASE, "HP": Label.SYMPTOM, "DRUGBANK": Label.DRUG}
    nodes = [Node(TermId.parse(i), labels[i.split(":")[0]], name) for i, name in names.items()]
    evidence = [Evidence(source, "1", "CC0-1.0", Tier.CURATED) for source in ("one", "two")]
    edges = [
        Edge(TermId.parse(s), Relation(r), TermId.parse(o), evidence[k])
        for s, r, o in triples
        for k in range(1 + len(o) % 2)
    ]
    return Subgraph.of("0" * 64, nodes[0].id, nodes, edges)


def judge(path: Any, start: str, names: dict[str, str], triples: list[Triple], subgraph: Subgraph) -> bool:
    """Whether text, hops and steps of a path all say the same triples, directions and polarities."""
    hops = [(m.source, m.relation, m.target, m.direction, m.polarity) for m in path.moves]
    claimed = []
    for source, relation, target, direction, polarity in hops:
        forward = str(direction) == "forward"
        ends = (str(source), str(target)) if forward else (str(target), str(source))
        if (str(polarity) == "negative") != (str(relation) in NEGATIVE):
            return False
        claimed.append(((ends[0], str(relation), ends[1]), forward))
    edges = [subgraph.edge_by_id[i] for m in path.moves for i in m.edge_ids]
    steps = [s for e in edges for s in steps_of_edge(e, subgraph, CaseTerms())]
    known = {(s, r, o, "negative" if r in NEGATIVE else "positive") for s, r, o in triples}
    walked = [(str(e.subject), str(e.relation), str(e.object), str(e.polarity)) for s in steps for e in s.edges]
    return claimed in edges_of_text(path.text, start, names, triples) and all(w in known for w in walked)


def run(seed: int = 0) -> dict[str, Any]:
    """Generate, check, count."""
    torch.set_num_threads(1)
    names, triples = random_graph(seed)
    subgraph = as_subgraph(names, triples)
    texts = [*names.values(), *(f" --{r}--> <--{r}--" for _, r, _ in triples)]
    starts = [n for n in names if n.startswith("OMIM")]
    model, tokenizer = tiny_model(texts, seed)
    turned, refused = [(o, r, s) for s, r, o in triples if (o, r, s) not in triples], 0
    generated, held, dropped, began = Counter[str](), Counter[str](), Counter[str](), time.perf_counter()
    for decoding, (calls, count) in PLAN.items():
        for call in range(calls):
            start = starts[call % len(starts)]
            writer = TransformersModel(model, tokenizer, decoding=decoding, seed=call)  # type: ignore[arg-type]
            prompt = f"{call} {names[start]}"
            proposal = writer.propose(prompt, subgraph, start=TermId.parse(start), count=count, max_hops=1 + call % 3)
            generated[decoding] += len(proposal.paths)
            held[decoding] += sum(judge(path, start, names, triples, subgraph) for path in proposal.paths)
            # The check has teeth: turn every triple of the graph around and it must refuse the same paths.
            refused += sum(not judge(path, start, names, turned, subgraph) for path in proposal.paths)
            dropped.update(issue.category for issue in proposal.dropped)
    return {
        "generated": dict(generated),
        "held": dict(held),
        "total": generated.total(),
        "share_held": held.total() / generated.total(),
        "refused_on_turned_graph": refused / generated.total(),
        "dropped": dict(dropped),
        "seconds": round(time.perf_counter() - began, 1),
        "machine": f"{platform.system()} {platform.machine()}",
        "versions": {
            "python": platform.python_version(),
            **{p: version(p) for p in ("torch", "transformers", "tokenizers")},
        },
    }


def main() -> int:
    """Print the figures and write them; 1 where a path is no edge or there were too few."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, help="not used: the graph is random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "history" / "constrained_decoding.json")
    arguments = parser.parse_args()
    figures = run(arguments.seed)
    text = json.dumps(figures, indent=2, sort_keys=True) + "\n"
    sys.stdout.write(text)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text, encoding="utf-8")
    return 0 if figures["share_held"] == 1.0 and figures["total"] >= 2000 else 1


if __name__ == "__main__":
    raise SystemExit(main())
