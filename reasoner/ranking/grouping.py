"""Subtypes under the disease that a clinician would name.

A candidate belongs to the class above it that bears the stem of its own name ("Noonan syndrome" for "Noonan
syndrome 4"); else to the nearest class within two steps that has between 2 and 60 candidates and shares a telling word
with its name; else to the series of candidates that share its name's stem; else it stands alone. Anatomical classes
("lung disorder") are nobody's diagnosis.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg_builder.schema import Label, Relation
from kg_builder.snapshot import Snapshot
from kg_builder.snapshot_layout import DERIVED
from ontologies.errors import GraphDamagedError
from reasoner.ranking.annotation_rows import annotation_rows

__all__ = [
    "DiseaseGroup",
    "Grouping",
    "compile_grouping",
    "group_diseases",
    "group_scores",
    "name_stem",
    "short_series",
]

FILE = "grouping.json"
MAX_MEMBERS = 60
"""Candidates below a class that is still one disease to a clinician."""
MAX_SERIES = 100
"""Candidates that may share a stem: retinitis pigmentosa has 92 entries, "intellectual developmental disorder" 173."""
LONGEST_SHORT_SERIES = 10
"""Entries of a series that are subtypes of one disease, as those of "Noonan syndrome" are; longer ones list genes."""
MAX_STEPS = 2

_NUMBER = r"(?:[ivx]+|\d+[a-z]{0,2}|[a-z]\d?)"
_INHERITANCE = re.compile(
    r"\b(autosomal (dominant|recessive)|x linked( dominant| recessive)?|ar|ad|susceptibility to|digenic)\b.*$"
    r"|\b(dominant|recessive)$"
)
_SUBTYPE = re.compile(rf"\s*(type|complementation group|group)?\s+{_NUMBER}$")
_ANATOMICAL = re.compile(r"[\w-]+ (disorder|disease)")
_GENERIC = frozenset(
    "disease syndrome disorder familial hereditary inherited congenital type primary autosomal dominant recessive "
    "linked due with and the form related genetic early late onset infantile juvenile adult nonsyndromic non syndromic "
    "isolated deficiency abnormal".split()
)


@dataclass(frozen=True, slots=True)
class DiseaseGroup:
    """A disease as a clinician names it.

    Args:
        id: of the class in the graph, or `SERIES:` and the stem for a series of like-named entries.
        name: in English.
        members: ids of its candidates, sorted; at least two.
    """

    id: str
    name: str
    members: tuple[str, ...]


def name_stem(name: str) -> str:
    """A disease's name without the number, letter, inheritance or group that tells a subtype; lower case.

    >>> name_stem("Noonan syndrome 4")
    'noonan syndrome'
    >>> name_stem("Xeroderma pigmentosum, group C")
    'xeroderma pigmentosum'
    """
    words = _INHERITANCE.sub("", _normalised(name.split(";")[0])).strip()
    return _SUBTYPE.sub("", words).strip() or words


def short_series(names: Mapping[str, str]) -> list[list[str]]:
    """The entries of one vocabulary that share their name's stem with 1 to 9 others, sorted.

    Args:
        names: each entry's name by id.
    """
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry, name in sorted(names.items()):
        found[entry.partition(":")[0], name_stem(name)].append(entry)
    return [entries for _, entries in sorted(found.items()) if 1 < len(entries) <= LONGEST_SHORT_SERIES]


def group_diseases(
    names: Mapping[str, str], parents: Mapping[str, Sequence[tuple[str, int]]], class_names: Mapping[str, str]
) -> list[DiseaseGroup]:
    """Group candidates.

    Args:
        names: each candidate's name by id.
        parents: the classes directly above an id, and how many steps up each is.
        class_names: the name of each class; candidates may be classes, too.

    Returns:
        Groups of two or more, sorted by id; a candidate is in at most one.
    """
    above = {candidate: _ancestors(candidate, parents) for candidate in names}
    below: dict[str, int] = defaultdict(int)
    for candidate in names:
        for ancestor in above[candidate]:
            below[ancestor] += 1
    stems = {candidate: name_stem(name) for candidate, name in names.items()}
    shared: dict[str, int] = defaultdict(int)
    for stem in stems.values():
        shared[stem] += 1
    chosen: dict[str, list[str]] = defaultdict(list)
    for candidate in sorted(names):
        stem = stems[candidate]
        group = _class_of(candidate, names[candidate], stem, above[candidate], below, class_names)
        if group is None and 2 <= shared[stem] <= MAX_SERIES:
            group = f"SERIES:{stem.replace(' ', '-')}"
        if group is not None:
            chosen[group].append(candidate)
    return [
        DiseaseGroup(group, class_names.get(group) or _as_written(stems[members[0]], names[members[0]]), tuple(members))
        for group, members in sorted(chosen.items())
        if len(members) > 1
    ]


def _ancestors(candidate: str, parents: Mapping[str, Sequence[tuple[str, int]]]) -> dict[str, int]:
    """Every class at or above a candidate with the fewest steps up to it."""
    steps = {candidate: 0}
    waiting = [candidate]
    while waiting:
        at = waiting.pop(0)
        for parent, distance in parents.get(at, ()):
            if steps[at] + distance < steps.get(parent, 1 << 30):
                steps[parent] = steps[at] + distance
                waiting.append(parent)
    return steps


def _class_of(
    candidate: str,
    name: str,
    stem: str,
    above: Mapping[str, int],
    below: Mapping[str, int],
    class_names: Mapping[str, str],
) -> str | None:
    fitting = [group for group in above if group in class_names and below[group] > 1]
    same = [group for group in fitting if below[group] <= MAX_SERIES and _normalised(class_names[group]) == stem]
    if same:
        return min(same, key=lambda group: (above[group], group))
    own = _telling_words(name)
    near = [
        (above[group], below[group], group)
        for group in fitting
        if above[group] <= MAX_STEPS
        and below[group] <= MAX_MEMBERS
        and (group == candidate or _is_telling(own, class_names[group]))
    ]
    return min(near)[2] if near else None


def _as_written(stem: str, name: str) -> str:
    """A stem with the capitals and hyphens of a name that it was taken from."""
    match = re.match(
        r"[^a-zA-Z0-9]*".join(re.escape(word) for word in re.findall(r"[a-z0-9]+", stem)), name, re.IGNORECASE
    )
    return match[0] if match else stem.capitalize()


def _is_telling(own: set[str], name: str) -> bool:
    return bool(own & _telling_words(name)) and _ANATOMICAL.fullmatch(name) is None


def _normalised(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def _telling_words(name: str) -> set[str]:
    words = _normalised(name).split()
    return {word for word in words if len(word) > 2 and not word.isdigit()} - _GENERIC


def compile_grouping(snapshot: Snapshot) -> None:
    """Group the candidates of a build into its folder."""
    table = snapshot.node_table(["id", "label", "name"])
    class_names = {key: name for _, key, label, name in table.iter_rows() if label == Label.DISEASE.value}
    candidates = annotation_rows(snapshot)["subject"].unique().sort()
    links = snapshot.edge_table(["subject", "object", "distance"], (Relation.IS_A,))
    parents: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for child, parent, distance in links.select("subject", "object", "distance").iter_rows():
        if child in class_names:
            parents[child].append((parent, int(distance or 1)))
    groups = group_diseases({key: class_names[key] for key in candidates}, parents, class_names)
    document = [{"id": group.id, "name": group.name, "members": list(group.members)} for group in groups]
    folder = snapshot.folder / DERIVED
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(json.dumps(document, ensure_ascii=False, indent=0) + "\n", "utf-8")


class Grouping:
    """The groups of a build."""

    def __init__(self, groups: Iterable[DiseaseGroup]) -> None:
        self.groups = tuple(groups)

    @classmethod
    def open(cls, folder: Path) -> Grouping:
        """Read the groups of a build's folder.

        Raises:
            GraphDamagedError: they are missing or not whole.
        """
        path = folder / DERIVED / FILE
        try:
            document = json.loads(path.read_bytes())
            return cls(DiseaseGroup(entry["id"], entry["name"], tuple(entry["members"])) for entry in document)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise GraphDamagedError(
                "the groups of diseases are missing or damaged", value=path, remedy="Run `aitia build` again"
            ) from error

    @cached_property
    def _group_by_member(self) -> dict[str, DiseaseGroup]:
        return {member: group for group in self.groups for member in group.members}

    def group_of(self, disease: str) -> DiseaseGroup | None:
        """The group of a candidate; None where it stands alone."""
        return self._group_by_member.get(disease)

    def numbered(self, diseases: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int64]]:
        """Names of the entities among some diseases, sorted, and the number of each disease's entity."""
        keys = [group.id if (group := self.group_of(disease)) else disease for disease in diseases]
        names, numbers = np.unique(keys, return_inverse=True)
        return names.tolist(), numbers


def group_scores(scores: npt.NDArray[np.float32], numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Score of each group, nats: the logarithm of its members' summed likelihoods."""
    highest = float(scores.max())
    sums = np.bincount(numbers, np.exp(scores.astype(np.float64) - highest))
    return highest + np.log(np.maximum(sums, np.finfo(np.float64).tiny))
