"""Which sources a build reads: by where they come from, by name and by licence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kg_builder.catalogue import SOURCES, Source
from ontologies.errors import InputError

__all__ = ["Selection", "select_sources"]

# Every other source names its terms.
_NEEDED = "hpo"


@dataclass(frozen=True, slots=True)
class Selection:
    """The sources of a build.

    Args:
        chosen: keys of the sources that are read.
        left_out: the others, each with the reason.
    """

    chosen: frozenset[str]
    left_out: dict[str, str]


def select_sources(
    *,
    full: bool = False,
    include: Collection[str] = (),
    exclude: Collection[str] = (),
    licences: Collection[str] = (),
    sources: Iterable[Source] = tuple(SOURCES.values()),
) -> Selection:
    """Choose among the sources of the catalogue.

    Args:
        full: also those that no installed package carries.
        include: keys of further sources; the only way to one that is off by default for its licence.
        exclude: keys of sources that are not read.
        licences: where given, only sources of these licences are read, whatever else is asked for.
        sources: the catalogue.

    Raises:
        InputError: an unknown key or licence, a source both included and excluded, or one that nothing works without.
    """
    sources = tuple(sources)
    _check(sources, include, exclude, licences)
    left_out: dict[str, str] = {}
    for source in sources:
        reason = _reason(source, full, include, exclude, licences)
        if reason:
            left_out[source.key] = reason
    if _NEEDED in left_out:
        raise InputError(
            f"the source {_NEEDED} cannot be left out", value=left_out[_NEEDED], remedy="All others name its terms"
        )
    return Selection(frozenset(source.key for source in sources) - left_out.keys(), left_out)


def _reason(
    source: Source, full: bool, include: Collection[str], exclude: Collection[str], licences: Collection[str]
) -> str:
    if source.key in exclude:
        return "excluded by --exclude-source"
    if licences and source.licence not in licences:
        return f"its licence, {source.licence}, is not among those of --licence"
    if source.key in include:
        return ""
    if source.opt_in:
        return f"off for its licence, {source.licence}, unless named by --include-source {source.key}"
    return "not read without --full" if source.full and not full else ""


def _check(
    sources: Collection[Source], include: Collection[str], exclude: Collection[str], licences: Collection[str]
) -> None:
    keys, known = {source.key for source in sources}, {source.licence for source in sources}
    for what, named, held in (("source", {*include, *exclude}, keys), ("licence", {*licences}, known)):
        for name in sorted(named - held):
            raise InputError(f"unknown {what}", value=name, remedy=f"Write one of {', '.join(sorted(held))}")
    for name in sorted({*include} & {*exclude}):
        raise InputError("a source is both included and excluded", value=name, remedy="Name it once")
