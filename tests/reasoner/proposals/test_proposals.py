"""Proposals of a model: read, held to the graph, fused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag.models.langchain_model import LangChainText, load_chat_model
from graphrag.models.text_model import ScriptedText
from kg_builder.snapshot import Snapshot
from ontologies.annotation import AssertionStatus
from ontologies.errors import FileFormatError, GuardError, InputError, ServiceError
from ontologies.term_id import TermId
from reasoner.intake.case import Case, Finding
from reasoner.proposals.fusion import FIRST_PROPOSAL_NATS, NATS_PER_RANK, proposal_term
from reasoner.proposals.grounding import CheckedProposal, DiseaseClasses, Rejection, check_proposals
from reasoner.proposals.proposal import DiseaseProposal, ModelProposer, RecordedProposals, parse_answer
from reasoner.ranking.index import RankingIndex
from reasoner.ranking.score_term import ScoreTerm

CASE = Case(
    "case 1",
    (
        Finding(TermId("HP", "0001083"), "Ectopia lentis", AssertionStatus.PRESENT),
        Finding(TermId("HP", "0001250"), "Seizure", AssertionStatus.ABSENT),
    ),
    sex="MALE",
    age_years=19.0,
)


def _check(clinic: Snapshot, *texts: str, priors: tuple[ScoreTerm, ...] = ()) -> list[CheckedProposal]:
    index = RankingIndex.open(clinic)
    classes = DiseaseClasses(clinic, {str(disease): number for number, disease in enumerate(index.disease_ids)})
    proposals = parse_answer("\n".join(f"{rank}. {text}" for rank, text in enumerate(texts, 1)))
    observed, excluded = index.term_numbers(CASE.observed), index.term_numbers(CASE.excluded)
    return check_proposals(index, classes, proposals, observed=observed, excluded=excluded, priors=priors)


def test_a_model_is_asked_with_the_findings_and_its_list_is_read() -> None:
    model = ScriptedText(["Thinking…\n1. **Marfan syndrome**\n2. Homocystinuria (OMIM:236200).\n3. Marfan syndrome\n"])
    proposals = ModelProposer(model).propose(CASE)
    assert [proposal.text for proposal in proposals] == [
        "Marfan syndrome",
        "Homocystinuria (OMIM:236200)",
        "Marfan syndrome",
    ][:2]
    assert proposals[1].id == TermId("OMIM", "236200")
    assert "Ectopia lentis" in model.prompts[0]
    assert "not found: Seizure" in model.prompts[0]
    assert "19 years" in model.prompts[0]


def test_a_proposal_stands_by_id_or_by_name(clinic: Snapshot) -> None:
    by_name, by_id = _check(clinic, "disease 1", "OMIM:100000")
    assert by_name.rejection is None
    assert by_id.rejection is None
    assert by_name.diseases != by_id.diseases


def test_each_refusal_has_its_reason(clinic: Snapshot) -> None:
    reasons = [checked.rejection for checked in _check(clinic, "nonsense syndrome", "disease 4", "disease 2")]
    assert reasons == [Rejection.NO_SUCH_DISEASE, Rejection.NO_FINDING_SUPPORTS, Rejection.CONTRADICTED]


@pytest.mark.parametrize(("name", "rejection"), [("sex", Rejection.SEX_IMPOSSIBLE), ("age", Rejection.AGE_IMPOSSIBLE)])
def test_what_sex_or_age_rules_out_is_refused(clinic: Snapshot, name: str, rejection: Rejection) -> None:
    count = len(RankingIndex.open(clinic).disease_ids)
    (checked,) = _check(clinic, "disease 1", priors=(ScoreTerm(name, np.full(count, -np.inf, dtype=np.float32)),))
    assert checked.rejection is rejection


@given(st.lists(st.tuples(st.integers(1, 20), st.sets(st.integers(0, 9), min_size=1)), max_size=6))
def test_proposals_never_lower_a_disease_and_never_add_more_than_the_first(rows: list[tuple[int, set[int]]]) -> None:
    checked = [CheckedProposal(DiseaseProposal(rank, "x"), tuple(sorted(held))) for rank, held in rows]
    nats = proposal_term(checked, 10).nats
    assert (nats >= 0).all()
    assert (nats <= np.float32(FIRST_PROPOSAL_NATS)).all()


def test_a_later_proposal_and_a_class_add_less() -> None:
    first = CheckedProposal(DiseaseProposal(1, "x"), (0,))
    second = CheckedProposal(DiseaseProposal(2, "y"), (1,))
    wide = CheckedProposal(DiseaseProposal(1, "z"), (2, 3))
    nats = proposal_term([first, second, wide], 4).nats
    assert nats[0] - nats[1] == pytest.approx(NATS_PER_RANK)
    assert nats[2] == nats[3] == pytest.approx(FIRST_PROPOSAL_NATS - np.log(2) / 2)


def test_a_record_gives_what_was_proposed_for_a_case(tmp_path: Path) -> None:
    path = tmp_path / "gpt.tsv"
    path.write_text(
        "case_id\ttruth\trank\tproposed\ncase 1\tOMIM:1\t2\tRadial ray syndrome\ncase 1\tOMIM:1\t1\tMONDO:0007732\n"
    )
    record = RecordedProposals(path)
    assert [proposal.text for proposal in record.propose(CASE)] == ["MONDO:0007732", "Radial ray syndrome"]
    assert "case 1" in record
    assert record.propose(Case("other")) == []


@pytest.mark.parametrize("text", ["", "a\tb\n1\t2\n", "case_id\trank\tproposed\nx\tfirst\tMarfan\n"])
def test_a_broken_record_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "record.tsv"
    path.write_text(text)
    with pytest.raises(FileFormatError, match="proposal"):
        RecordedProposals(path)


def test_a_hosted_model_needs_leave_and_another_form_is_refused() -> None:
    with pytest.raises(GuardError, match="off your machine"):
        load_chat_model("langchain:openai:gpt-4o")
    with pytest.raises(InputError, match="not a chat model"):
        load_chat_model("gpt-4o")


class _Chat:
    def __init__(self, answer: object) -> None:
        self._answer = answer

    def invoke(self, prompt: str) -> object:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


class _Message:
    def __init__(self) -> None:
        self.content = ["1. Marfan", {"type": "text", "text": " syndrome"}]


def test_a_chat_models_answer_is_its_text() -> None:
    assert LangChainText(_Chat(_Message())).complete("?") == "1. Marfan syndrome"
    assert LangChainText(_Chat("plain")).complete("?") == "plain"


def test_a_chat_model_that_is_not_there_is_said() -> None:
    with pytest.raises(ServiceError, match="did not answer"):
        LangChainText(_Chat(ConnectionError("refused"))).complete("?")
