"""What to look for next: the findings whose answer is expected to tell most about what leads the differential."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reasoner.ranking.case_ranking import leading_numbers
from reasoner.ranking.confidence_features import frequency_in
from reasoner.ranking.index import RankingIndex

__all__ = ["Answer", "NextFinding", "expected_information_gain", "next_findings"]

MAX_CANDIDATES = 40
"""Leading diseases that an answer is weighed over; all others count as one, with the background frequency."""
MIN_FREQUENCY = 0.1
"""A term that no leading disease has at least so often is not asked for."""
MAX_BACKGROUND = 0.2
"""A term that is commoner among all diseases tells too little to be a question."""
MIN_GAIN_BITS = 0.002
"""An answer that is expected to tell less is not worth asking for."""
MIN_PROBABILITY = 0.02
"""A finding that the patient is less likely to have is no question but a fishing trip."""
INDEPENDENCE = 0.6
"""Share of its nats that each score counts for: findings of one patient are not independent. The leading entities'
probabilities fit best at 0.7 on 299 published cases of the tuning part, at 0.5 on 33 notes and on 31 others."""

MAX_ALIKE = 2
"""Questions whose answers lead to the same two diseases."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer would change.

    Args:
        disease: number of the disease that would then lead.
        probability: that it would then have, 0 to 1.
        second: number of the disease that would then come second, of another entity; None where there is none.
    """

    disease: int
    probability: float
    second: int | None = None


@dataclass(frozen=True, slots=True)
class NextFinding:
    """A finding to look for.

    Args:
        term: its number in the index.
        gain_bits: by how much its answer is expected to lessen the entropy of the differential's entities.
        probability: that it is there, 0 to 1.
        present: what its presence would change.
        absent: what its absence would change.
    """

    term: int
    gain_bits: float
    probability: float
    present: Answer
    absent: Answer


def expected_information_gain(prior: Floats, frequency: Floats) -> Floats:
    """Mutual information of each question's answer and the diagnosis, bits.

    Args:
        prior: probability of each of d diseases, summing to 1.
        frequency: d × q, how often each disease has each finding, 0 to 1.

    Returns:
        q numbers, each between 0 and 1.
    """
    present = prior @ frequency
    conditional = prior @ _entropy(frequency)
    return np.clip(_entropy(present) - conditional, 0.0, 1.0)


def next_findings(
    index: RankingIndex,
    scores: npt.NDArray[np.float32],
    observed: Collection[int],
    excluded: Collection[int] = (),
    *,
    top: int = 5,
    may_ask: Callable[[int], bool] = lambda term: True,
    entity_of: Callable[[int], Hashable] = lambda disease: disease,
) -> list[NextFinding]:
    """The most telling questions: those that decide who leads, then those that decide who comes second; best first.

    An answer that would leave the first two as they are is no reason to ask. None is above or below another.

    Args:
        index: the ranking.
        scores: of every candidate, nats; minus infinity for what is no candidate.
        observed: numbers of the terms that the patient has.
        excluded: numbers of the terms that the patient lacks.
        top: how many.
        may_ask: whether a term may be a question, by its number.
        entity_of: what a disease is a subtype of, by its number; a question is to tell entities apart, not subtypes.
    """
    leading = leading_numbers(scores, MAX_CANDIDATES)
    if len(leading) < 2:
        return []
    terms = _open_terms(index, leading, observed, excluded)
    if not len(terms):
        return []
    weighing = _Weighing(index, scores, leading, [entity_of(disease) for disease in leading.tolist()], terms)
    chosen: list[NextFinding] = []
    alike: Counter[tuple[int, int]] = Counter()
    for place in weighing.order().tolist():
        question = weighing.question(place)
        answers = (question.present.disease, question.absent.disease)
        if alike[answers] == MAX_ALIKE or any(_related(index, question.term, other.term) for other in chosen):
            continue
        if may_ask(question.term):
            chosen.append(question)
            alike[answers] += 1
        if len(chosen) == top:
            break
    return chosen


class _Weighing:
    """The leading diseases, the entities that they belong to, and what each open term would make of them."""

    def __init__(
        self,
        index: RankingIndex,
        scores: npt.NDArray[np.float32],
        leading: npt.NDArray[np.int64],
        entities: Sequence[Hashable],
        terms: npt.NDArray[np.int64],
    ) -> None:
        self._leading, self._terms = leading, terms
        frequency = np.vstack([_frequencies(index, leading, terms), index.array("background")[terms]])
        prior = _probabilities(scores, leading)
        first_of = {entity: number for number, entity in reversed(list(enumerate(entities)))}
        # All other diseases, the last row, are an entity that no answer can name.
        self._member = np.zeros((len(leading) + 1, len(leading) + 1))
        for number, entity in enumerate(entities):
            self._member[first_of[entity], number] = 1.0
        self._member[-1, -1] = 1.0
        joint = prior[:, None] * frequency
        self._share = joint.sum(axis=0)
        tiny = np.finfo(np.float64).tiny
        self._posteriors = (joint / np.maximum(self._share, tiny), (prior[:, None] - joint) / (1.0 - self._share))
        by_entity = self._member @ prior
        whole = np.maximum(by_entity, tiny)[:, None]
        self._gains = expected_information_gain(by_entity, np.clip(self._member @ joint / whole, 0.0, 1.0))
        self._pairs = [self._first_two(posterior) for posterior in self._posteriors]

    def _first_two(self, posterior: Floats) -> npt.NDArray[np.int64]:
        entities = (self._member @ posterior)[:-1]
        return np.asarray(np.argsort(-entities, axis=0, kind="stable")[:2])

    def order(self) -> npt.NDArray[np.int64]:
        """Places of the terms that are worth asking for, best first."""
        present, absent = self._pairs
        decides_first = present[0] != absent[0]
        worth = (self._gains >= MIN_GAIN_BITS) & (self._share >= MIN_PROBABILITY) & (present != absent).any(axis=0)
        order = np.lexsort((self._terms, -self._gains, ~decides_first))
        return np.asarray(order[worth[order]])

    def question(self, place: int) -> NextFinding:
        """A term by its place among the open ones, with what its answers would change."""
        answers = []
        for pair, posterior in zip(self._pairs, self._posteriors, strict=True):
            first, second = (
                int(np.argmax(self._member[entity, :-1] * posterior[:-1, place])) for entity in pair[:, place]
            )
            answers.append(
                Answer(int(self._leading[first]), float(posterior[first, place]), int(self._leading[second]))
            )
        return NextFinding(int(self._terms[place]), float(self._gains[place]), float(self._share[place]), *answers)


def _frequencies(index: RankingIndex, diseases: npt.NDArray[np.int64], terms: npt.NDArray[np.int64]) -> Floats:
    """How often each disease has each term, 0 to 1."""
    starts, held, values = (index.array(f"profile_{name}") for name in ("starts", "terms", "values"))
    spans = [slice(int(starts[disease]), int(starts[disease + 1])) for disease in diseases.tolist()]
    return np.stack([frequency_in(held[span], values[span], terms) for span in spans])


def _probabilities(scores: npt.NDArray[np.float32], leading: npt.NDArray[np.int64]) -> Floats:
    """Of the leading diseases and, last, of all others together."""
    each = np.exp(INDEPENDENCE * (scores.astype(np.float64) - float(scores[leading[0]])))
    rest = each.sum() - each[leading].sum()
    return np.asarray(np.append(each[leading], max(rest, 0.0)) / each.sum())


def _open_terms(
    index: RankingIndex, leading: npt.NDArray[np.int64], observed: Collection[int], excluded: Collection[int]
) -> npt.NDArray[np.int64]:
    """Terms of the leading diseases that no answer so far settles."""
    starts, held = index.array("profile_starts"), index.array("profile_terms")
    values, background = index.array("profile_values"), index.array("background")
    known = {ancestor for term in observed for ancestor in index.ancestors(term)}
    refused = set(excluded)
    found: set[int] = set()
    for disease in leading.tolist():
        span = slice(int(starts[disease]), int(starts[disease + 1]))
        often = held[span][values[span] >= MIN_FREQUENCY]
        found.update(often[background[often] <= MAX_BACKGROUND].tolist())
    # A term that no source names for a leading disease is an umbrella over what one names, and no question.
    entries = np.isin(index.array("entry_disease")[index.array("row_entry")], leading)
    found &= set(index.array("row_term")[entries].tolist())
    return np.array(sorted(term for term in found - known if refused.isdisjoint(index.ancestors(term))), dtype=np.int64)


def _related(index: RankingIndex, first: int, second: int) -> bool:
    return first in index.ancestors(second) or second in index.ancestors(first)


def _entropy(p: Floats) -> Floats:
    """Of a yes or no of probability p, bits."""
    inside = np.clip(p, 1e-12, 1.0 - 1e-12)
    return np.asarray(-(inside * np.log2(inside) + (1.0 - inside) * np.log2(1.0 - inside)))
