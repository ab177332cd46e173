"""The differential as a clinician reads it: entities first, the leading ones with what each finding says."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from ontologies.term_id import TermId
from reasoner.diagnosis.diagnosis import Diagnosis, RankedNode, codes_of
from reasoner.diagnosis.entities import Entity
from reasoner.diagnosis.screen import Screen
from reasoner.diagnosis.words import beside_the_findings, strength
from reasoner.ranking.case_ranking import RankedDisease
from reasoner.ranking.likelihood_ratio import FindingLikelihood, MatchType

__all__ = ["DifferentialText"]

_SHOWN_IN_FULL = 3
_SHOWN_MEMBERS = 5
_SHOWN_CODES = 4
_SHOWN_GENES = 5
_UNRECORDED = 0.005


class DifferentialText:
    """Writes the entities of a diagnosis.

    Args:
        diagnosis: the whole.
        screen: words and names.
        bold: marks a name.
    """

    def __init__(self, diagnosis: Diagnosis, screen: Screen, bold: Callable[[str], str]) -> None:
        self._diagnosis, self._screen, self._bold = diagnosis, screen, bold

    def lines(self) -> Iterator[str]:
        """One or more for each place."""
        places = {place.ranked.number: place for place in self._diagnosis.differential}
        if not self._diagnosis.entities:
            for place in self._diagnosis.differential:
                yield self._heading(place.ranked.rank, self._screen.shown(place.node), str(place.node.id), place.ranked)
        for entity in self._diagnosis.entities:
            leader = entity.members[0]
            if len(entity.members) == 1:
                # Also where the patient's genes leave one member of a series: it is named by its own id.
                yield self._heading(entity.rank, self._screen.name(leader.id), str(leader.id), leader)
                yield f"   {self._codes(leader.id) or self._screen.word('no_code')}"
            else:
                name = f"{self.entity_name(entity)} ({len(entity.members)} {self._screen.word('entries')})"
                yield self._heading(entity.rank, name, entity.id, leader)
                yield from self._members(entity)
            if entity.rank <= _SHOWN_IN_FULL and leader.number in places:
                yield from self._explanation(places[leader.number])

    def entity_name(self, entity: Entity) -> str:
        """What an entity is called."""
        if not entity.id.startswith("SERIES:"):
            return self._screen.name(TermId.parse(entity.id))
        # A series is no node of the graph: it is called as its member of the same name is.
        nodes = (self._screen.snapshot.node_at(member.node_index) for member in entity.members)
        namesake = next((node for node in nodes if node.name.casefold() == entity.name.casefold()), None)
        return entity.name if namesake is None else self._screen.shown(namesake)

    def _heading(self, rank: int, name: str, key: str, ranked: RankedDisease) -> str:
        ratio, word = ranked.log10_likelihood_ratio, self._screen.word
        shown = "" if key.startswith("SERIES:") else f"  {key}"
        return f"{rank}. {self._bold(name)}{shown}  {word('evidence')}: {word(strength(ratio))}, log10 LR {ratio:.1f}"

    def _members(self, entity: Entity) -> Iterator[str]:
        separator, name = entity.distinguished_by, self._screen.name
        for position, member in enumerate(entity.members[:_SHOWN_MEMBERS]):
            genes = separator.genes[position] if separator is not None and position < len(separator.genes) else ()
            symbols = sorted({name(edge.subject) for edge in genes})
            more = " …" if len(symbols) > _SHOWN_GENES else ""
            cause = f"  {self._screen.word('gene')} {', '.join(symbols[:_SHOWN_GENES])}{more}" if symbols else ""
            codes = self._codes(member.id)
            yield f"   {name(member.id)}  {member.id}{cause}{f'  {codes}' if codes else ''}"
        ranking = self._diagnosis.ranking
        if separator is not None and separator.term is not None and ranking is not None:
            finding = name(ranking.index.term_id(separator.term))
            yield f"   {self._screen.word('told_apart')}: {finding} ({self._shares(entity, separator.frequencies)})"

    def _shares(self, entity: Entity, frequencies: Sequence[float]) -> str:
        """How often each of the leading members has a finding; what no source records is not said to be never."""
        held = list(zip(self._labels(entity.members[: len(frequencies)]), frequencies, strict=True))
        recorded = [f"{label}: {share:.0%}" for label, share in held if share >= _UNRECORDED]
        silent = " / ".join(label for label, share in held if share < _UNRECORDED)
        return "; ".join([*recorded, *([self._screen.word("unrecorded_in").format(names=silent)] if silent else [])])

    def _labels(self, members: Sequence[RankedDisease]) -> list[str]:
        """What of their names tells members apart; the id where that is nothing."""
        names = [self._screen.name(member.id).split() for member in members]
        heads = [[word.rstrip(",").casefold() for word in name] for name in names]
        shared = 0
        while len({tuple(head[: shared + 1]) for head in heads}) == 1 and shared < max(map(len, heads)):
            shared += 1
        rest = [" ".join(name[shared:]) if shared else "" for name in names]
        return [label or str(member.id) for label, member in zip(rest, members, strict=True)]

    def _explanation(self, place: RankedNode) -> Iterator[str]:
        for part in sorted(place.explanation, key=lambda part: (-part.log_likelihood_ratio, part.finding)):
            learned = f" {part.correction / math.log(10):+.2f}" if part.correction else ""
            ratio = f"{part.log_likelihood_ratio / math.log(10):+.2f}{learned}"
            cited = self._screen.cited(part.edges)
            yield f"   {ratio} {self._screen.name(part.finding)}{self._met(part)}{f'  {cited}' if cited else ''}"
        priors = {name: nats / math.log(10) for name, nats in place.ranked.priors.items()}
        if beside := beside_the_findings(priors, self._screen.words):
            yield f"   {beside}"

    def _met(self, part: FindingLikelihood) -> str:
        """How the disease is known to have the finding, where it is not said of the disease as such."""
        word = self._screen.word
        if part.match_type in (MatchType.NO_MATCH, MatchType.ROOT):
            return f" ({word('no_match')})"
        told = [] if part.matched == part.finding else [f"{word('as')} {self._screen.name(part.matched)}"]
        if part.match_type is MatchType.NEIGHBOUR:
            told.append(word("neighbour"))
        return f" ({'; '.join(told)})" if told else ""

    def _codes(self, disease: TermId) -> str:
        """The codes with their predicates, exact ones first."""
        predicates: dict[str, set[str]] = {}
        for edge in codes_of(self._screen.snapshot, disease):
            predicate = edge.property("predicate")
            predicates.setdefault(edge.object.local, set()).update([] if predicate is None else [str(predicate)])
        ordered = sorted(predicates.items(), key=lambda item: ("exact" not in item[1], item[0]))
        shown = [f"{code}{self._predicates(said)}" for code, said in ordered[:_SHOWN_CODES]]
        return f"ICD {', '.join(shown)}{' …' if len(ordered) > _SHOWN_CODES else ''}" if shown else ""

    def _predicates(self, said: set[str]) -> str:
        return f" ({', '.join(self._screen.word(f'code_{one}') for one in sorted(said))})" if said else ""
