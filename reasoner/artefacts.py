"""What the reasoner compiles from a build into the build's folder, before the build appears."""

from __future__ import annotations

from collections.abc import Callable

from kg_builder.snapshot import Snapshot
from reasoner.intake.vocabulary import compile_names
from reasoner.ranking.compiling import compile_ranking
from reasoner.ranking.grouping import compile_grouping

__all__ = ["ARTEFACTS"]

ARTEFACTS: tuple[Callable[[Snapshot], None], ...] = (compile_names, compile_ranking, compile_grouping)
"""In the order in which they are compiled."""
