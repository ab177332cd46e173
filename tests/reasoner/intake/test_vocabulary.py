"""The symptoms of a build as words, compiled and read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg_builder.snapshot import Snapshot
from ontologies.errors import GraphError
from ontologies.term_id import TermId
from reasoner.intake.reading import read_note
from reasoner.intake.vocabulary import SnapshotVocabulary, load_matcher
from tests.reasoner.clinic import NOTE, SYMPTOMS, clinic_snapshot

FINGERS = TermId("HP", "0001166")


@pytest.fixture(scope="module")
def vocabulary(clinic: Snapshot) -> SnapshotVocabulary:
    return SnapshotVocabulary(clinic)


def test_names_begin_with_the_label_of_every_symptom(vocabulary: SnapshotVocabulary) -> None:
    names = list(vocabulary.names())
    assert {term: name for name, term in names[: len(SYMPTOMS)]} == {
        TermId.parse(key): name for key, name in SYMPTOMS.items()
    }


def test_only_symptoms_resolve(vocabulary: SnapshotVocabulary) -> None:
    assert vocabulary.resolve(FINGERS) == FINGERS
    assert vocabulary.resolve(TermId("OMIM", "100000")) is None
    assert vocabulary.resolve(TermId("HP", "9999999")) is None
    assert not vocabulary.is_phenotypic_abnormality(TermId("OMIM", "100000"))


def test_label_is_the_name_or_the_id_itself(vocabulary: SnapshotVocabulary) -> None:
    assert vocabulary.label(FINGERS) == "Arachnodactyly"
    assert vocabulary.label(TermId("HP", "9999999")) == "HP:9999999"


def test_ancestors_are_transitive_and_leave_the_term_out(vocabulary: SnapshotVocabulary) -> None:
    above = vocabulary.ancestors(FINGERS)
    assert {str(term) for term in above} == {"HP:0001238", "HP:0000118"}
    assert all(vocabulary.ancestors(term) < above for term in above)


def test_compiled_names_read_a_note_as_names_built_on_the_spot(
    clinic: Snapshot, vocabulary: SnapshotVocabulary
) -> None:
    data = NOTE.encode()
    compiled = read_note(data, name="note", ontology_names=vocabulary, matcher=load_matcher(clinic))
    assert compiled == read_note(data, name="note", ontology_names=vocabulary)
    assert compiled.findings


def test_truncated_names_are_damage_not_a_traceback(tmp_path: Path) -> None:
    snapshot = clinic_snapshot(tmp_path)
    names = snapshot.folder / "derived" / "names"
    files = [names] if names.is_file() else sorted(path for path in names.rglob("*") if path.is_file())
    for path in files:
        path.write_bytes(path.read_bytes()[:7])
    with pytest.raises(GraphError, match="aitia build"):
        load_matcher(snapshot)
