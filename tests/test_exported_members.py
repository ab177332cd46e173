"""Public names: each module lists them, sorted, and has each of them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import aitia

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("ontologies", "kg_builder", "graphrag", "reasoner")
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if path.name != "__init__.py"
)


def exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(target, ast.Name) and target.id == "__all__":
            return [] if node.value is None else list(ast.literal_eval(node.value))
    return None


def place(name: str) -> tuple[int, str]:
    """Constants before classes before functions, as the linter sorts them."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def defined(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("module", MODULES)
def test_module_lists_its_public_names_sorted(module: str) -> None:
    tree = ast.parse((ROOT / module).read_text("utf-8"))
    names = exported(tree)
    assert names is not None
    assert names == sorted(set(names), key=place)
    assert set(names) <= defined(tree)


def test_front_door_lists_its_public_names_sorted() -> None:
    assert aitia.__all__ == sorted(set(aitia.__all__), key=place)
    assert [name for name in aitia.__all__ if not hasattr(aitia, name)] == []


def test_front_door_shows_nothing_else() -> None:
    tree = ast.parse((ROOT / "aitia.py").read_text("utf-8"))
    assert defined(tree) - {"__all__"} == set(aitia.__all__)
