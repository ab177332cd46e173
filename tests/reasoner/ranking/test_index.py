"""The compiled ranking against the scalar formula, and one case of each way to match."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.schema import Relation
from ontologies.errors import GraphDamagedError, GraphMissingError, UnknownTermError
from ontologies.term_id import TermId
from reasoner.evaluation.metrics import ResultRow, mid_rank, summarise
from reasoner.ranking.case_ranker import CaseRanker
from reasoner.ranking.compiling import ranking_folder
from reasoner.ranking.index import RankingIndex, compile_ranking
from reasoner.ranking.likelihood_ratio import (
    FLOOR,
    MatchType,
    information_content,
    log_likelihood_ratio,
    noisy_or,
    shrunk_frequency,
)

Floats = npt.NDArray[np.float32]

_IS_A = [("HP:1", "HP:0000118"), ("HP:2", "HP:0000118"), ("HP:11", "HP:1"), ("HP:12", "HP:1"), ("HP:111", "HP:11")]
_ROWS = [
    ("OMIM:1", "HP:11", "OMIM:1", 9, 10, "PMID:1"),
    ("OMIM:1", "HP:2", "ORPHA:1", None, None, "ORPHA:1"),
    ("OMIM:2", "HP:111", "OMIM:2", 5, 5, "PMID:2"),
    ("OMIM:3", "HP:2", "OMIM:3", 1, 9, "PMID:3"),
    *((f"OMIM:{n}", "HP:0000118", f"OMIM:{n}", None, None, "PMID:9") for n in range(4, 60)),
]
_GENES = [("NCBIGENE:1", f"OMIM:{n}", f"OMIM:{n}") for n in (1, 2)] + [
    ("NCBIGENE:2", f"OMIM:{n}", f"OMIM:{n}") for n in (2, 4)
]


class TinySnapshot:
    """A graph of three diseases that say something and many that do not."""

    build_id = "0" * 64

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ids = sorted({row[0] for row in _ROWS} | {term for pair in _IS_A for term in pair} | {"HP:99"})

    def node_table(self, columns: list[str]) -> pl.DataFrame:
        labels = ["Symptom" if i.startswith("HP:") else "Disease" for i in self.ids]
        absent = [pl.lit(None, dtype=pl.String).alias(name) for name in columns if name not in ("id", "label")]
        table = pl.DataFrame({"id": self.ids, "label": labels}).with_columns(absent)
        return table.with_row_index("index").select("index", *columns)

    def edge_table(self, columns: list[str], relations: tuple[Relation, ...]) -> pl.DataFrame:
        frames = {
            Relation.IS_A: pl.DataFrame([*_IS_A, ("HP:99", "HP:2")], schema=["subject", "object"], orient="row"),
            Relation.ASSOCIATED_WITH: pl.DataFrame(
                _GENES, schema=["subject", "object", "asserted_object"], orient="row"
            ),
            Relation.HAS_SYMPTOM: pl.DataFrame(
                _ROWS,
                schema=["subject", "object", "asserted_subject", "frequency_n", "frequency_m", "reference"],
                orient="row",
            ).with_columns(
                pl.lit(Relation.HAS_SYMPTOM.value).alias("relation"),
                pl.lit(None, dtype=pl.String).alias("frequency_class"),
                pl.lit(None, dtype=pl.String).alias("frequency_percent"),
            ),
        }
        return frames[relations[0]].with_row_index("index").select("index", *columns)

    def index_of(self, term_id: TermId) -> int | None:
        return self.ids.index(str(term_id)) if str(term_id) in self.ids else None

    def id_at(self, index: int) -> TermId:
        return TermId.parse(self.ids[index])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> RankingIndex:
    snapshot = TinySnapshot(tmp_path_factory.mktemp("tiny"))
    compile_ranking(snapshot)
    return RankingIndex.open(snapshot)  # type: ignore[arg-type]


def _terms(*names: str) -> list[TermId]:
    return [TermId.parse(name) for name in names]


def test_compiled_scores_are_those_of_the_scalar_formula(index: RankingIndex) -> None:
    background = index.array("background")
    for term in range(len(index.array("terms"))):
        if not background[term]:
            continue
        scores = index.scores([term])
        for disease in range(len(index.disease_ids)):
            profile = [(index.frequency(disease, a), float(background[a])) for a in index.ancestors(term)]
            expected = log_likelihood_ratio(profile, information_content(float(background[term])))
            assert scores[disease] == pytest.approx(expected, abs=1e-5)


def test_explanations_add_up_to_the_score(index: RankingIndex) -> None:
    observed = _terms("HP:111", "HP:2", "HP:12", "HP:99")
    scores = index.scores(index.term_numbers(observed))
    for number, disease in enumerate(index.disease_ids):
        total = sum(part.log_likelihood_ratio for part in index.explain(disease, observed))
        assert total == pytest.approx(float(scores[number]), abs=1e-4)


@pytest.mark.parametrize(
    ("disease", "finding", "match_type", "edges"),
    [
        ("OMIM:1", "HP:11", MatchType.EXACT, (0, 2)),
        ("OMIM:2", "HP:11", MatchType.DESCENDANT, (0, 2)),
        ("OMIM:1", "HP:12", MatchType.ANCESTOR, (0, 2)),
        ("OMIM:1", "HP:2", MatchType.EQUIVALENT_ENTRY, (1,)),
        ("OMIM:4", "HP:111", MatchType.NEIGHBOUR, (2,)),
        ("OMIM:3", "HP:1", MatchType.ROOT, (3,)),
    ],
)
def test_match_types(
    index: RankingIndex, disease: str, finding: str, match_type: MatchType, edges: tuple[int, ...]
) -> None:
    (part,) = index.explain(TermId.parse(disease), _terms(finding))
    assert (part.match_type, part.edges) == (match_type, edges)
    assert 0 < part.frequency < 1


def test_no_match_costs_the_floor(index: RankingIndex) -> None:
    (part,) = index.explain(TermId.parse("OMIM:50"), _terms("HP:111"))
    if part.match_type is MatchType.NO_MATCH:
        assert (part.matched, part.log_likelihood_ratio, part.edges) == (None, FLOOR, ())
    else:
        assert part.match_type is MatchType.ROOT


def test_rank_is_ordered_and_probabilities_add_to_one(index: RankingIndex) -> None:
    ranker = CaseRanker(index, candidates="omim", uniform_prior=True)
    ranked = ranker.rank(_terms("HP:11")).leading(1000)
    assert str(ranked[0].id) in ("OMIM:1", "OMIM:2")
    assert [disease.rank for disease in ranked] == list(range(1, len(ranked) + 1))
    assert sum(disease.probability for disease in ranked) == pytest.approx(1.0)
    of_findings = ranked[0].score - ranked[0].priors["unmentioned"]
    assert ranked[0].log10_likelihood_ratio == pytest.approx(of_findings / math.log(10))


def test_unknown_term_is_refused(index: RankingIndex) -> None:
    with pytest.raises(UnknownTermError):
        CaseRanker(index).rank(_terms("HP:7777777"))


def test_missing_and_damaged_index(tmp_path: Path) -> None:
    snapshot = TinySnapshot(tmp_path)
    with pytest.raises(GraphMissingError):
        RankingIndex.open(snapshot)  # type: ignore[arg-type]
    compile_ranking(snapshot)
    (ranking_folder(tmp_path) / "terms.npy").write_bytes(b"")
    with pytest.raises(GraphDamagedError):
        RankingIndex.open(snapshot)  # type: ignore[arg-type]


def _alter_rows(folder: Path, alter: Callable[[Floats], None]) -> None:
    # Of so few diseases no term has a whole row.
    rows = np.load(ranking_folder(folder) / "beyond_excess.npy", mmap_mode="r+")
    alter(rows)
    rows.flush()


def _set(value: float) -> Callable[[Floats], None]:
    return lambda rows: rows.fill(value)


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0, 1e30])
def test_rows_that_the_formula_cannot_give_are_damage(tmp_path: Path, value: float) -> None:
    snapshot = TinySnapshot(tmp_path)
    compile_ranking(snapshot)
    _alter_rows(tmp_path, _set(value))
    opened = RankingIndex.open(snapshot)  # type: ignore[arg-type]
    with pytest.raises(GraphDamagedError, match="Run `aitia build` again"):
        opened.scores(opened.term_numbers(_terms("HP:0000118")))


def test_a_place_that_its_reasons_do_not_add_up_to_is_damage(tmp_path: Path) -> None:
    snapshot = TinySnapshot(tmp_path)
    compile_ranking(snapshot)
    _alter_rows(tmp_path, _set(0.5))
    ranking = CaseRanker(RankingIndex.open(snapshot), uniform_prior=True).rank(_terms("HP:0000118"))  # type: ignore[arg-type]
    with pytest.raises(GraphDamagedError, match="rows of the ranking were altered"):
        ranking.explain(0)


def test_rows_of_another_shape_or_no_array_are_damage(tmp_path: Path) -> None:
    snapshot = TinySnapshot(tmp_path)
    compile_ranking(snapshot)
    path = ranking_folder(tmp_path) / "score_rows.npy"
    whole = path.read_bytes()
    for altered in (
        whole.replace(b"<f4", b"<i4"),
        whole.replace(b"NUMPY", b"NUMPI"),
        whole.replace(b", 59)", b", 58)"),
    ):
        assert altered != whole
        path.write_bytes(altered)
        with pytest.raises(GraphDamagedError, match="altered"):
            RankingIndex.open(snapshot)  # type: ignore[arg-type]


@pytest.mark.parametrize(("key", "value"), [("format", "1"), ("build_id", "f" * 64), ("files", 3)])
def test_an_index_of_another_build_or_version_is_refused(tmp_path: Path, key: str, value: object) -> None:
    snapshot = TinySnapshot(tmp_path)
    compile_ranking(snapshot)
    path = ranking_folder(tmp_path) / "ranking.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(GraphDamagedError):
        RankingIndex.open(snapshot)  # type: ignore[arg-type]


@given(st.floats(0, 1), st.floats(0, 1))
def test_noisy_or_is_a_probability_no_smaller_than_its_own(own: float, neighbours: float) -> None:
    assert own - 1e-12 <= noisy_or(own, neighbours) <= 1


@given(st.integers(0, 50), st.integers(1, 50))
def test_shrunk_frequency_is_inside_the_unit_interval(n: int, m: int) -> None:
    assert 0 < shrunk_frequency(min(n, m), m) < 1


def test_ties_share_the_middle_rank() -> None:
    assert mid_rank(np.array([3, 2, 2, 1], np.float32), 2.0) == 2.5


def test_summary_means_over_diseases() -> None:
    rows = [ResultRow(str(i), "as_is", d, r, 9, d, 0.5, 3) for i, (d, r) in enumerate([("A", 1), ("A", 1), ("B", 4)])]
    summary = summarise(rows, seed=1)
    assert (summary["top1"], summary["macro_top1"], summary["top5"]) == (pytest.approx(2 / 3), 0.5, 1.0)
    assert summary == summarise(rows, seed=1)
