"""Chinese lists that share their last characters: `肝、脾大` says 肝大 and 脾大."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

__all__ = ["find_shared_endings"]

_BEFORE = re.compile(r"(?:[一-鿿]{1,4}[、及和与或]){1,3}$")
_JOINT = re.compile(r"[、及和与或]")
_REACH = 16
_LONGEST_ENDING = 3


def find_shared_endings(text: str, start: int, end: int, term_by_name: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Start and id of each name that ends like the name at `start:end` and begins in the list before it."""
    before = _BEFORE.search(text, max(0, start - _REACH), start)
    if before is None:
        return
    name = text[start:end]
    place = before.start()
    for member in _JOINT.split(before.group())[:-1]:
        for length in range(min(_LONGEST_ENDING, len(name) - 1), 0, -1):
            # The list may begin inside a run of other characters: 查体肝、脾大.
            found = next((at for at in range(len(member)) if member[at:] + name[-length:] in term_by_name), None)
            if found is not None and member not in term_by_name:
                yield place + found, term_by_name[member[found:] + name[-length:]]
                break
        place += len(member) + 1
