"""Reads the small tab-separated tables that lie beside the code."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["read_table"]


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of a table of this package as dictionaries by column."""
    lines = (files("kg_builder.extraction") / name).read_text("utf-8").splitlines()
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:]]
