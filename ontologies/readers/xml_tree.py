"""The root of an XML file, with the errors that all XML readers share."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from ontologies.errors import FileFormatError
from ontologies.readers.text_lines import format_error

__all__ = ["children_text", "load_xml", "required_text"]

_MAX_DEPTH = 50


def load_xml(path: Path, what: str) -> ElementTree.Element:
    """Parse a whole XML file.

    Raises:
        FileFormatError: the file cannot be read, is not XML, or declares entities.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise format_error(
            path, what, 1, "bytes that are not UTF-8", "fetch the file again or save it as UTF-8"
        ) from error
    except OSError as error:
        raise FileFormatError(
            f"{what} file cannot be read", value=path, remedy=f"{error.strerror or error}; check the path"
        ) from error
    before, declared, _ = content.partition("<!ENTITY")
    if declared:
        raise format_error(
            path, what, before.count("\n") + 1, "an entity declaration", "fetch the file again; it needs none"
        )
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  entity declarations are refused above
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        line = error.position[0] if isinstance(error, ElementTree.ParseError) else 1
        raise format_error(path, what, line, str(error), "the file is damaged; fetch it again") from error
    if _depth(root) > _MAX_DEPTH:
        raise format_error(
            path, what, 1, f"more than {_MAX_DEPTH} nested elements", "the file is damaged; fetch it again"
        )
    return root


def required_text(path: Path, what: str, element: ElementTree.Element, tag: str, within: str) -> str:
    """Text of a child element.

    Raises:
        FileFormatError: there is none.
    """
    text = (element.findtext(tag) or "").strip()
    if not text:
        raise FileFormatError(
            f"{path.name}: not {what}",
            value=f"a <{element.tag}> without <{tag}> within {within}",
            remedy="Fetch the file again",
        )
    return text


def children_text(element: ElementTree.Element, tag: str) -> tuple[str, ...]:
    """Texts of the notes in all children with a tag, white space collapsed, empty ones left out."""
    notes = (" ".join("".join(note.itertext()).split()) for group in element.findall(tag) for note in group)
    return tuple(note for note in notes if note)


def _depth(root: ElementTree.Element) -> int:
    depth, level = 0, [root]
    while level and depth <= _MAX_DEPTH:
        depth, level = depth + 1, [child for element in level for child in element]
    return depth
