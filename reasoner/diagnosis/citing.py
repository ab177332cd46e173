"""What a line of a screen rests on: references that a person can look up, else the sources themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

__all__ = ["citation"]

_SHOWN = 3


def citation(
    references: Iterable[str], sources: Sequence[str], words: Mapping[str, str], *, is_reviewed: bool = True
) -> str:
    """The references in brackets, each once, the first few; without one, the sources; nothing where there is neither.

    Args:
        references: single ones, best first; that of a row of a source names the source first, and its key and hash,
            which are for machines, are left out.
        sources: with their versions.
        words: of the screen.
        is_reviewed: False where nothing of it was read by a person.
    """
    named = list(dict.fromkeys(reference.split("|")[0] for reference in references)) or list(sources)
    if not named:
        return ""
    left = len(named) - _SHOWN
    more = f" {words['more'].format(count=left)}" if left > 0 else ""
    unreviewed = "" if is_reviewed else f", {words['unreviewed']}"
    return f"[{', '.join(named[:_SHOWN])}{more}{unreviewed}]"
