"""Reader of OBO 1.2 and 1.4 files: the `[Term]` stanzas and the release.

Read directly, because a general OBO library takes some two seconds for the Human Phenotype Ontology and warns about it.
Format: https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ontologies.errors import FileFormatError, TermIdError
from ontologies.issue import Issue, IssueLevel
from ontologies.ontology import ObsoleteTerm, Ontology
from ontologies.readers.text_lines import blaming, format_error, iterate_lines
from ontologies.term import Synonym, SynonymScope, Term
from ontologies.term_id import TermId

__all__ = ["load_obo"]

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
_TRAILER = re.compile(r"\s+(?:\{[^{}]*\}\s*)?(?:!.*)?$")
_ESCAPE = re.compile(r"\\(.)")
_CONTROL = {"n": "\n", "t": "\t", "W": " "}
_WHAT = "OBO"
_REMEDY = "fetch the ontology again; a stanza line is `tag: value`"

_Stanza = dict[str, list[tuple[int, str]]]


def load_obo(path: Path, *, id_prefix: str | None = None) -> Ontology:
    """Load an OBO file.

    Args:
        path: the file.
        id_prefix: keep only terms with this prefix; None keeps all.

    Raises:
        FileFormatError: the file is not OBO, with the line and the remedy.
    """
    reader = _OboReader(path, id_prefix)
    for stanza in reader.stanzas():
        reader.take(stanza)
    if not reader.terms:
        raise FileFormatError(f"{path.name}: no [Term] stanza", value=path, remedy=_REMEDY.capitalize())
    with blaming(path):
        return Ontology(
            reader.version, reader.terms.values(), reader.is_a, obsolete=reader.obsolete.values(), issues=reader.issues
        )


class _OboReader:
    def __init__(self, path: Path, id_prefix: str | None) -> None:
        self.path = path
        self.id_prefix = id_prefix
        self.version = ""
        self.terms: dict[TermId, Term] = {}
        self.obsolete: dict[TermId, ObsoleteTerm] = {}
        self.is_a: list[tuple[TermId, TermId]] = []
        self.issues: list[Issue] = []

    def stanzas(self) -> Iterator[_Stanza]:
        """The `[Term]` stanzas, tag by tag; the header's release is kept on the way."""
        stanza: _Stanza | None = None
        in_header = True
        for number, line in iterate_lines(self.path, _WHAT):
            if line.startswith("["):
                if stanza:
                    yield stanza
                in_header = False
                stanza = defaultdict(list, {"": [(number, "")]}) if line.strip() == "[Term]" else None
                continue
            if not line.strip() or line.startswith("!"):
                continue
            tag, colon, value = line.partition(":")
            if not colon:
                raise format_error(self.path, _WHAT, number, line, _REMEDY)
            if stanza is not None:
                stanza[tag].append((number, value.strip()))
            elif in_header and tag == "data-version":
                self.version = value.strip()
        if stanza:
            yield stanza

    def take(self, stanza: _Stanza) -> None:
        term_id = self._stanza_id(stanza)
        if self.id_prefix is not None and term_id.prefix != self.id_prefix:
            return
        if term_id in self.terms or term_id in self.obsolete:
            problem, remedy = f"a second stanza for {term_id}", "an id has one stanza; fetch the ontology again"
            raise format_error(self.path, _WHAT, stanza[""][0][0], problem, remedy)
        name = _unescaped(stanza["name"][0][1]) if stanza["name"] else ""
        if any(_bare(value) == "true" for _, value in stanza["is_obsolete"]):
            self.obsolete[term_id] = self._obsolete_term(term_id, name, stanza)
            return
        if not name:
            message = f"{term_id} has no name"
            shown = "Its identifier is shown instead"
            self.issues.append(Issue(IssueLevel.WARNING, "term-without-name", message, shown))
        self.terms[term_id] = Term(
            id=term_id,
            name=name or str(term_id),
            synonyms=tuple(self._synonym(*line) for line in stanza["synonym"]),
            definition=self._quoted(*stanza["def"][0])[0] if stanza["def"] else None,
            xrefs=self._xrefs(term_id, stanza),
            alternative_ids=self._ids(stanza, "alt_id"),
        )
        self.is_a.extend((term_id, parent) for parent in self._ids(stanza, "is_a"))

    def _stanza_id(self, stanza: _Stanza) -> TermId:
        if len(stanza["id"]) != 1:
            problem, remedy = f"a stanza with {len(stanza['id'])} ids", "a stanza has exactly one `id:` line"
            raise format_error(self.path, _WHAT, stanza[""][0][0], problem, remedy)
        return self._id(*stanza["id"][0])

    def _obsolete_term(self, term_id: TermId, name: str, stanza: _Stanza) -> ObsoleteTerm:
        replaced_by, consider = self._ids(stanza, "replaced_by"), self._ids(stanza, "consider")
        if len(replaced_by) == 1:
            return ObsoleteTerm(term_id, name, replaced_by[0], consider)
        # Several replacements are a choice, and a choice is a person's.
        return ObsoleteTerm(term_id, name, None, (*replaced_by, *consider))

    def _id(self, number: int, value: str) -> TermId:
        try:
            return TermId.parse(_bare(value))
        except TermIdError as error:
            raise format_error(self.path, _WHAT, number, error.message + f" ({value})", error.remedy) from error

    def _ids(self, stanza: _Stanza, tag: str) -> tuple[TermId, ...]:
        return tuple(self._id(*line) for line in stanza[tag])

    def _xrefs(self, term_id: TermId, stanza: _Stanza) -> tuple[TermId, ...]:
        xrefs: list[TermId] = []
        for _, value in stanza["xref"]:
            bare = _bare(value).partition(" ")[0]
            try:
                xrefs.append(TermId.parse(bare))
            except TermIdError:
                self.issues.append(
                    Issue(IssueLevel.INFO, "unreadable-xref", f"{term_id} has the cross-reference {bare!r}: left out")
                )
        return tuple(xrefs)

    def _quoted(self, number: int, value: str) -> tuple[str, str]:
        match = _QUOTED.match(value)
        if match is None:
            raise format_error(self.path, _WHAT, number, value, "definitions and synonyms are in double quotes")
        return _unescaped(match[1]), value[match.end() :]

    def _synonym(self, number: int, value: str) -> Synonym:
        text, rest = self._quoted(number, value)
        words = rest.partition("[")[0].split()
        scope = SynonymScope(words[0]) if words and words[0] in SynonymScope.__members__ else SynonymScope.RELATED
        kinds = words[1:] if words and words[0] in SynonymScope.__members__ else words
        return Synonym(text, scope, kinds[0] if kinds else None)


def _bare(value: str) -> str:
    return _TRAILER.sub("", value).strip()


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _CONTROL.get(match[1], match[1]), text) if "\\" in text else text
