"""What to look for next: the findings whose answer is expected to tell most about the differential."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reasoner.ranking.index import RankingIndex

__all__ = ["Answer", "NextFinding", "expected_information_gain", "next_findings"]

MAX_CANDIDATES = 30
"""Leading diseases that an answer is weighed over; all others count as one, with the background frequency."""
MIN_FREQUENCY = 0.1
"""A term that no leading disease has at least so often is not asked for."""
MAX_BACKGROUND = 0.2
"""A term that is commoner among all diseases tells too little to be a question."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer would change.

    Args:
        disease: number of the disease that would then lead.
        probability: that it would then have, 0 to 1.
    """

    disease: int
    probability: float


@dataclass(frozen=True, slots=True)
class NextFinding:
    """A finding to look for.

    Args:
        term: its number in the index.
        gain_bits: by how much its answer is expected to lessen the entropy of the differential.
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
) -> list[NextFinding]:
    """The most telling questions, best first; none is above or below another.

    Args:
        index: the ranking.
        scores: of every candidate, nats; minus infinity for what is no candidate.
        observed: numbers of the terms that the patient has.
        excluded: numbers of the terms that the patient lacks.
        top: how many.
        may_ask: whether a term may be a question, by its number.
    """
    leading = np.argsort(-scores, kind="stable")[:MAX_CANDIDATES]
    leading = leading[scores[leading] > -np.inf]
    if len(leading) < 2:
        return []
    prior = _probabilities(scores, leading)
    terms = _open_terms(index, leading, observed, excluded)
    if not len(terms):
        return []
    frequency = np.array([[index.frequency(int(d), int(t)) for t in terms] for d in leading])
    frequency = np.vstack([frequency, index.array("background")[terms]])
    gains = expected_information_gain(prior, frequency)
    chosen: list[NextFinding] = []
    taken: list[int] = []
    for place in np.lexsort((terms, -gains)).tolist():
        term = int(terms[place])
        if len(chosen) == top or gains[place] <= 0.0:
            break
        if may_ask(term) and not any(_related(index, term, other) for other in taken):
            taken.append(term)
            chosen.append(_question(term, float(gains[place]), prior, frequency[:, place], leading))
    return chosen


def _probabilities(scores: npt.NDArray[np.float32], leading: npt.NDArray[np.int64]) -> Floats:
    """Of the leading diseases and, last, of all others together."""
    each = np.exp(scores.astype(np.float64) - float(scores[leading[0]]))
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


def _question(term: int, gain: float, prior: Floats, frequency: Floats, leading: npt.NDArray[np.int64]) -> NextFinding:
    present = float(prior @ frequency)
    answers = []
    for likelihood, share in ((frequency, present), (1.0 - frequency, 1.0 - present)):
        posterior = (prior * likelihood)[: len(leading)] / max(share, np.finfo(np.float64).tiny)
        best = int(posterior.argmax())
        answers.append(Answer(int(leading[best]), float(posterior[best])))
    return NextFinding(term, gain, present, *answers)


def _entropy(p: Floats) -> Floats:
    """Of a yes or no of probability p, bits."""
    inside = np.clip(p, 1e-12, 1.0 - 1e-12)
    return np.asarray(-(inside * np.log2(inside) + (1.0 - inside) * np.log2(1.0 - inside)))
