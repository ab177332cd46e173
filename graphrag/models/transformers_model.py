"""A local transformers model under the graph automaton: the only file that imports torch and transformers to decode."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path as FilePath
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig, LogitsProcessor, LogitsProcessorList

from graphrag.automaton import GraphAutomaton, Path
from graphrag.models.loading import Decoding
from graphrag.models.model import Proposal
from graphrag.subgraph import Move, Subgraph
from kg_builder.schema import Relation
from ontologies.errors import InputError
from ontologies.issue import Issue, IssueLevel
from ontologies.term_id import TermId

__all__ = ["TransformersModel"]


class TransformersModel:
    """Writes paths greedily, by sampling or by beam search; no token outside the subgraph has a chance.

    Args:
        model: a causal language model of transformers.
        tokenizer: its tokenizer, with an end-of-sequence token.
        name: how reports name it.
        decoding: greedy, sample or beam.
        seed: of sampling.
        temperature: of sampling.
        max_new_tokens: longest path in tokens; a longer one is dropped and said.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        *,
        name: str = "transformers",
        decoding: Decoding = "beam",
        seed: int = 0,
        temperature: float = 1.0,
        max_new_tokens: int = 256,
    ) -> None:
        if tokenizer.eos_token_id is None:
            raise InputError("the tokenizer has no end-of-sequence token", value=name, remedy="Use another model")
        self.name = name
        self._model = model
        self._tokenizer = _Tokenizer(tokenizer)
        self._decoding = decoding
        self._seed = seed
        self._temperature = temperature
        self._max_new_tokens = max_new_tokens

    @classmethod
    def load(cls, folder: FilePath, *, decoding: Decoding = "beam", seed: int = 0) -> TransformersModel:
        """Open a model from a folder; nothing is fetched and no code of the model's is run.

        Raises:
            InputError: the folder holds no causal language model.
        """
        if not folder.is_dir():
            raise InputError("no model there", value=folder, remedy="Give a folder that holds a transformers model")
        try:
            model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True)
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            remedy = "Give a folder with config.json, weights and tokenizer of a causal language model"
            raise InputError("not a model of transformers", value=folder, remedy=remedy) from error
        model.train(False)
        return cls(model, tokenizer, name=f"transformers:{folder.name}", decoding=decoding, seed=seed)

    def propose(
        self,
        prompt: str,
        subgraph: Subgraph,
        *,
        start: TermId,
        count: int,
        max_hops: int = 1,
        relations: Collection[Relation] = (),
    ) -> Proposal:
        """Up to `count` different paths; greedy decoding writes each further one with another first hop."""
        first = {move for move in subgraph.moves(start) if not relations or move.relation in relations}
        paths: dict[tuple[Move, ...], Path] = {}
        dropped: list[Issue] = []
        banned: set[Move] = set()
        while first - banned and len(paths) < count:
            automaton = GraphAutomaton(
                subgraph, self._tokenizer, start=start, max_hops=max_hops, relations=relations, banned_first=banned
            )
            found, issues = self._generate(prompt, automaton, 1 if self._decoding == "greedy" else count)
            dropped += issues
            paths.update({path.moves: path for path in found if path.moves not in paths})
            banned |= {path.moves[0] for path in found}
            if self._decoding != "greedy" or not found:
                break
        return Proposal(tuple(paths.values())[:count], tuple(dropped))

    def _generate(self, prompt: str, automaton: GraphAutomaton, count: int) -> tuple[list[Path], list[Issue]]:
        prompt_ids = torch.tensor([list(self._tokenizer.encode(prompt))], device=self._model.device)
        processor = _Constraint(automaton.allowed, prompt_ids.shape[1])
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(self._seed)
            sequences = self._model.generate(
                prompt_ids,
                attention_mask=torch.ones_like(prompt_ids),
                generation_config=self._generation_config(count),
                logits_processor=LogitsProcessorList([processor]),
            )
        found: list[Path] = []
        dropped: list[Issue] = []
        for tokens in sequences[:, prompt_ids.shape[1] :].tolist():
            score = self._log_probability(prompt_ids, tokens, automaton)
            paths = automaton.paths(tokens, text=self._tokenizer.decode(tokens), log_probability=score)
            found += paths
            # With fewer paths than beams the surplus beams end after a prefix of no path, with scores near -1e7.
            if not paths:
                dropped.append(_dropped(tokens, self._tokenizer.eos_id, self._max_new_tokens))
        return sorted(found, key=lambda path: -(path.log_probability or 0.0)), dropped

    def _log_probability(self, prompt_ids: Any, tokens: list[int], automaton: GraphAutomaton) -> float:
        """Of the tokens up to the first end of sequence, under the constraint, by one pass; nats."""
        eos = self._tokenizer.eos_id
        written = tokens[: tokens.index(eos) + 1] if eos in tokens else tokens
        with torch.no_grad():
            whole = torch.cat([prompt_ids, torch.tensor([written], device=prompt_ids.device)], dim=1)
            logits = self._model(whole).logits[0, prompt_ids.shape[1] - 1 : -1]
        total = 0.0
        for place, token in enumerate(written):
            allowed = automaton.allowed(written[:place])
            if token not in allowed:
                return float("-inf")
            total += float(logits[place, token] - logits[place, allowed].logsumexp(dim=-1))
        return total

    def _generation_config(self, count: int) -> GenerationConfig:
        """Only our own settings: what a model's folder recommends (forced tokens, penalties) is not asked."""
        eos = self._tokenizer.eos_id
        settings: dict[str, Any] = {"max_new_tokens": self._max_new_tokens, "eos_token_id": eos, "pad_token_id": eos}
        if self._decoding == "sample":
            settings |= {"do_sample": True, "temperature": self._temperature, "top_k": 0, "num_return_sequences": count}
        elif self._decoding == "beam":
            settings |= {"num_beams": max(count, 2), "num_return_sequences": count, "early_stopping": False}
        return GenerationConfig.from_dict(settings)


class _Tokenizer:
    """A transformers tokenizer as the automaton needs it."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.eos_id: int = tokenizer.eos_token_id

    def encode(self, text: str) -> Sequence[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids

    def decode(self, tokens: list[int]) -> str:
        """The text before the first end of sequence, as the model wrote it."""
        written = tokens[: tokens.index(self.eos_id)] if self.eos_id in tokens else tokens
        text: str = self._tokenizer.decode(written, clean_up_tokenization_spaces=False)
        return text


class _Constraint(LogitsProcessor):
    """Leaves each sequence the tokens that the automaton allows after what that sequence wrote."""

    def __init__(self, allowed: Callable[[Sequence[int]], list[int]], prompt_length: int) -> None:
        self._allowed = allowed
        self._prompt_length = prompt_length

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        mask = torch.full_like(scores, float("-inf"))
        for row, tokens in enumerate(input_ids[:, self._prompt_length :].tolist()):
            mask[row, self._allowed(tokens)] = 0.0
        return scores + mask


def _dropped(tokens: list[int], eos_id: int, max_new_tokens: int) -> Issue:
    if eos_id in tokens:
        return Issue(IssueLevel.INFO, "dead-beam", "a beam found no path of its own: fewer paths than beams")
    message = f"a path was longer than {max_new_tokens} tokens"
    return Issue(IssueLevel.WARNING, "path-too-long", message, "Allow more tokens or fewer hops.")
