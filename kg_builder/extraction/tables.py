"""The tables of this package."""

from __future__ import annotations

from ontologies.package_table import read_package_table

__all__ = ["read_table"]


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of a table of this package as dictionaries by column."""
    return read_package_table("kg_builder.extraction", name)
