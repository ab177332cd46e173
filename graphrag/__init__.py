"""Question to grounded context: linking, retrieval, language-model adapters."""

from __future__ import annotations

from graphrag.import_name import check_import_name

__all__: list[str] = []

check_import_name()
