"""Reads the small tab-separated tables that lie beside the code."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["read_package_table"]


def read_package_table(package: str, name: str) -> list[dict[str, str]]:
    """Rows of a table of a package as dictionaries by column; lines that begin with # are comments."""
    text = files(package).joinpath(name).read_text("utf-8")
    header, *rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return [dict(zip(header, row, strict=True)) for row in rows]
