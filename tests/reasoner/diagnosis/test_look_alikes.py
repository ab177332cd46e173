"""Two look-alikes are told apart by what the core pack says of either."""

from __future__ import annotations

from kg_builder.node import Node
from kg_builder.schema import Label
from ontologies.term_id import TermId
from reasoner.diagnosis.look_alikes import difference

INFARCTION = Node(
    TermId("AITIA", "1"),
    Label.DISEASE,
    "Infarction",
    properties=(
        ("differs_by", ("HP:0000975", "HP:0410173")),
        ("differs_from", ("AITIA:3", "AITIA:2")),
        ("differs_note", ("sweating", "the rise of troponin")),
        ("differs_note_zh", ("大汗", "肌钙蛋白升高")),
    ),
)
ANGINA = Node(TermId("MONDO", "2"), Label.DISEASE, "Angina", xrefs=(TermId("AITIA", "2"),))


def test_a_row_is_found_by_the_look_alikes_other_id_and_from_either_side() -> None:
    for held in (difference(INFARCTION, ANGINA), difference(ANGINA, INFARCTION)):
        assert held is not None
        assert (str(held.speaks_for), str(held.term)) == ("AITIA:1", "HP:0410173")
        assert (held.note, held.note_zh) == ("the rise of troponin", "肌钙蛋白升高")


def test_nothing_is_told_of_a_disease_and_itself_or_of_strangers() -> None:
    assert difference(INFARCTION, INFARCTION) is None
    assert difference(ANGINA, Node(TermId("AITIA", "3"), Label.DISEASE, "Pericarditis")) is None
