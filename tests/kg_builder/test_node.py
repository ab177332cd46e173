"""A node and its record say the same."""

from __future__ import annotations

import json

from hypothesis import given

from kg_builder.canonical import canonical_json
from kg_builder.node import Node
from tests.kg_builder.graphs import marfan_nodes, nodes


@given(nodes())
def test_a_record_gives_its_node_back(node: Node) -> None:
    assert Node.from_record(dict(node.record())) == node


@given(nodes())
def test_a_record_survives_json(node: Node) -> None:
    again = Node.from_record(json.loads(canonical_json(node.record())))
    assert again == node
    assert canonical_json(again.record()) == canonical_json(node.record())


def test_absent_values_are_left_out_of_the_record() -> None:
    ectopia = marfan_nodes()[2]
    assert ectopia.record() == {"id": "HP:0001083", "label": "Symptom", "name": "Ectopia lentis"}
