"""Literals and statements, without a database; `test_load` reads literals back from real ones."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kg_builder.schema import Label, Relation
from kg_builder.stores import cypher
from tests.kg_builder.stores.small_graph import EDGES

_LITERAL = re.compile(r"'(?:[^'\\\n\r]|\\[\\'nrtbf])*'")
_BACK = {"\\\\": "\\", "\\'": "'", "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\b": "\b", "\\f": "\f"}


@given(st.text())
def test_a_literal_cannot_be_left_and_says_the_text(text: str) -> None:
    literal = cypher.quote(text)
    assert _LITERAL.fullmatch(literal)
    assert re.sub(r"\\.", lambda match: _BACK[match.group()], literal[1:-1]) == text


def test_each_label_and_relation_has_its_constraint() -> None:
    statements = list(cypher.schema_statements())
    for kind in (*Label, *Relation):
        assert any(f":{kind})" in one or f":{kind}]" in one for one in statements if "UNIQUE" in one)


def test_a_query_starts_at_labelled_ids_and_is_empty_without_edges() -> None:
    text = cypher.rederive(one.record() for one in EDGES)
    patterns = [line for line in text.splitlines() if line.startswith("MATCH")]
    assert all(re.match(r"MATCH \(s:[A-Za-z]+\)-\[r:[A-Z_]+\]->\(o\) WHERE s\.id IN \[", line) for line in patterns)
    assert {one.relation for one in EDGES} == {Relation(re.findall(r"\[r:([A-Z_]+)\]", line)[0]) for line in patterns}
    assert cypher.rederive([]) == ""


def test_the_order_of_edges_does_not_matter() -> None:
    records = [one.record() for one in EDGES]
    assert cypher.rederive(records) == cypher.rederive(records[::-1])
