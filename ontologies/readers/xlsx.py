"""Reader of the first sheet of an Office Open XML workbook as plain text, for tables that come in no other form.

Text and cached values only: no formulas, dates or styles.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ontologies.errors import FileFormatError

__all__ = ["read_xlsx"]

_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_REMEDY = "Fetch the workbook again"
# A sheet of the sources that we read is 4 MB; one that claims far more is a bomb.
_MOST_BYTES = 256 * 2**20


def read_xlsx(path: Path) -> Iterator[dict[str, str]]:
    """Each row as text by the heading of its column; empty cells are left out.

    Raises:
        FileFormatError: no workbook, or its first row is no heading.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            strings = _root(archive, _STRINGS) if _STRINGS in archive.namelist() else Element("none")
            sheet = _root(archive, _SHEET)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, OSError, RuntimeError) as error:
        raise FileFormatError("not a workbook", value=path, remedy=_REMEDY) from error
    shared = ["".join(text.text or "" for text in item.iter(f"{_SPACE}t")) for item in strings.iter(f"{_SPACE}si")]
    headings: dict[str, str] = {}
    for row in sheet.iter(f"{_SPACE}row"):
        cells = dict(_cells(row, shared, path))
        if headings:
            yield {headings[column]: text for column, text in cells.items() if column in headings and text}
        else:
            headings = {column: text for column, text in cells.items() if text}
    if not headings:
        raise FileFormatError("the workbook's first sheet has no headings", value=path, remedy=_REMEDY)


def _root(archive: zipfile.ZipFile, name: str) -> Element:
    if archive.getinfo(name).file_size > _MOST_BYTES:
        raise zipfile.BadZipFile(f"{name} is too large")
    content = archive.read(name)
    if b"<!ENTITY" in content:
        raise zipfile.BadZipFile(f"{name} declares entities")
    return ElementTree.fromstring(content)  # noqa: S314  entity declarations are refused above


def _cells(row: Element, shared: list[str], path: Path) -> Iterator[tuple[str, str]]:
    for cell in row.iter(f"{_SPACE}c"):
        column = re.sub(r"[0-9]+", "", cell.get("r", ""))
        text = "".join(part.text or "" for part in cell.iter(f"{_SPACE}t"))
        value = cell.findtext(f"{_SPACE}v") or ""
        if cell.get("t") == "s":
            if not value.isdigit() or int(value) >= len(shared):
                raise FileFormatError("a cell names a text that is not there", value=path, remedy=_REMEDY)
            text = shared[int(value)]
        yield column, text or value
