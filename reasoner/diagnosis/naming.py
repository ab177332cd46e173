"""When a finding and a disease bear the same name."""

from __future__ import annotations

import re

from kg_builder.node import Node

__all__ = ["disease_names", "name_words"]

_DEGREES = frozenset("acute chronic recurrent severe".split())


def name_words(name: str) -> frozenset[str]:
    """The words of a name without its degree; lower case.

    >>> sorted(name_words("Acute myocardial infarction"))
    ['infarction', 'myocardial']
    """
    return frozenset(re.findall(r"\w+", name.lower().replace("'s", ""))) - _DEGREES


def disease_names(node: Node) -> list[frozenset[str]]:
    """The words of each name of a disease."""
    return [name_words(name) for name in (node.name, *node.synonyms)]
