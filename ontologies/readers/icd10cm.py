"""Reader of ICD-10-CM: the tabular list (XML), and the code list that says which 7th characters exist.

The tabular list gives chapters, sections (called blocks here) and codes without their 7th characters. Those are defined
once, for a whole category or group of codes, and not every combination exists: the code list of the release decides.
Files: https://www.cdc.gov/nchs/icd/icd-10-cm/files.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from ontologies.errors import FileFormatError
from ontologies.icd import CodeKind, CodeSystem, IcdCode
from ontologies.readers.text_lines import blaming, format_error, iterate_lines
from ontologies.readers.xml_tree import children_text, load_xml, required_text
from ontologies.term_id import TermId

__all__ = ["load_icd10cm"]

_WHAT = "the ICD-10-CM tabular list"
_PREFIX = "ICD10CM"
_LISTED = re.compile(r"[0-9]{1,2}|[A-Z][0-9A-Z]{2}(?:-[A-Z][0-9A-Z]{2}|[0-9A-Z]{0,4})")
_SeventhCharacters = tuple[tuple[str, str], ...]


def load_icd10cm(xml_path: Path, code_list_path: Path | None = None) -> CodeSystem:
    """Load chapters, blocks, categories, codes and their 7th-character extensions.

    Args:
        xml_path: the tabular list.
        code_list_path: the code list, one code at the start of each line; None takes the one in the same folder.

    Raises:
        FileFormatError: a file is not what it should be, or the code list is missing.
    """
    root = load_xml(xml_path, _WHAT)
    chapters = root.findall("chapter")
    if root.tag != "ICD10CM.tabular" or not chapters:
        raise format_error(
            xml_path, _WHAT, 1, f"the element <{root.tag}>", "fetch the file named icd10cm-tabular again"
        )
    reader = _TabularReader(xml_path, _read_code_list(code_list_path or _code_list_beside(xml_path)))
    with blaming(xml_path):
        codes = [code for chapter in chapters for code in reader.codes(chapter, None, ())]
        return CodeSystem(_PREFIX, (root.findtext("version") or "").strip(), codes)


class _TabularReader:
    def __init__(self, path: Path, existing: frozenset[str]) -> None:
        self.path = path
        self.existing = existing

    def codes(self, element: Element, parent: IcdCode | None, inherited: _SeventhCharacters) -> Iterator[IcdCode]:
        """The entry of an element, then everything below it."""
        code = self._entry(element, parent)
        yield code
        sevenths = _seventh_characters(element) or inherited
        below = [child for child in element if child.tag in {"section", "diag"}]
        for child in below:
            yield from self.codes(child, code, sevenths)
        if element.tag == "diag" and not below:
            yield from self._extensions(code, sevenths)

    def _entry(self, element: Element, parent: IcdCode | None) -> IcdCode:
        within = parent.code if parent else "the file"
        local = (
            element.get("id", "").strip()
            if element.tag == "section"
            else required_text(self.path, _WHAT, element, "name", within)
        )
        if not local:
            raise FileFormatError(
                f"{self.path.name}: not {_WHAT}", value=f"a <section> without id in {within}", remedy="Fetch it again"
            )
        # Sections of a single category bear that category's code: both entries need an identifier of their own.
        is_single = element.tag == "section" and "-" not in local
        return IcdCode(
            id=TermId(_PREFIX, f"{local}-{local}" if is_single else local),
            kind=_kind(element.tag, local),
            title=required_text(self.path, _WHAT, element, "desc", local),
            parent=parent.id if parent else None,
            inclusion_terms=children_text(element, "inclusionTerm"),
            includes=children_text(element, "includes"),
            excludes1=children_text(element, "excludes1"),
            excludes2=children_text(element, "excludes2"),
        )

    def _extensions(self, code: IcdCode, sevenths: _SeventhCharacters) -> Iterator[IcdCode]:
        stem = code.code.replace(".", "").ljust(6, "X")
        for character, meaning in sevenths:
            if stem + character in self.existing:
                local = f"{stem[:3]}.{stem[3:]}{character}"
                yield IcdCode(TermId(_PREFIX, local), CodeKind.EXTENSION, f"{code.title}, {meaning}", code.id)


def _kind(tag: str, local: str) -> CodeKind:
    if tag == "diag":
        return CodeKind.SUBCATEGORY if "." in local else CodeKind.CATEGORY
    return CodeKind.CHAPTER if tag == "chapter" else CodeKind.BLOCK


def _seventh_characters(element: Element) -> _SeventhCharacters:
    """Characters and meanings; a note after an extension is a further line of its meaning."""
    meanings: dict[str, str] = {}
    last = ""
    for line in element.findall("sevenChrDef/*"):
        text = " ".join((line.text or "").split())
        if line.tag == "extension":
            last = line.get("char", "")
            meanings[last] = text
        elif last and text:
            meanings[last] += f" / {text}"
    return tuple(meanings.items())


def _code_list_beside(xml_path: Path) -> Path:
    found = sorted(xml_path.parent.glob("code-list-*.txt")) or sorted(xml_path.parent.glob("icd10cm*codes*.txt"))
    if not found:
        raise FileFormatError(
            "the ICD-10-CM code list is missing",
            value=xml_path.parent,
            remedy="Put code-list-*.txt of the same release beside the XML",
        )
    return found[-1]


def _read_code_list(path: Path) -> frozenset[str]:
    codes = set()
    for number, line in iterate_lines(path, "the ICD-10-CM code list"):
        if not line.strip():
            continue
        code = line.split(maxsplit=1)[0].replace(".", "")
        # The list may hold chapters (1 to 22) and blocks (A00-A09) as well.
        if not _LISTED.fullmatch(code):
            raise format_error(
                path,
                "the ICD-10-CM code list",
                number,
                line,
                "a line is a code, blanks and a title; fetch the file again",
            )
        codes.add(code)
    return frozenset(codes)
