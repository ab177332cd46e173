"""A comparison is of the same cases, and of nothing but their ranks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontologies.errors import InputError
from reasoner.evaluation.comparison import FIGURES, compare
from reasoner.evaluation.metrics import ResultRow, tabulate
from tests.reasoner.clinic import aitia

RANKS = st.lists(st.sampled_from([1.0, 1.5, 2.0, 7.0, 10.0, 11.0, 300.0]), min_size=1, max_size=12)


def _written(folder: Path, ranks: list[float], setting: str = "as_is") -> Path:
    folder.mkdir(exist_ok=True)
    rows = [
        ResultRow(f"case {number}", setting, f"OMIM:{number % 3}", rank, 9, "OMIM:1", 0.5, 4)
        for number, rank in enumerate(ranks)
    ]
    columns, cells = tabulate(rows)
    lines = ["\t".join(columns), *("\t".join(map(str, row)) for row in cells)]
    (folder / "rows.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@settings(max_examples=25)
@given(RANKS, st.data())
def test_what_one_gains_the_other_loses(
    tmp_path_factory: pytest.TempPathFactory, ranks: list[float], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("compared")
    others = data.draw(st.permutations(ranks))
    one, other = _written(folder / "one", ranks), _written(folder / "other", others)
    (count, there), (_, back) = (
        compare(first, second, samples=50)["as_is"] for first, second in ((one, other), (other, one))
    )
    assert count == len(ranks)
    for name in FIGURES:
        assert there[name].value == pytest.approx(-back[name].value)
        assert there[name].low == pytest.approx(-back[name].high)
    assert there["top1"].value == pytest.approx(0.0)
    assert compare(one, one, samples=50)["as_is"][1]["mrr"] == (0.0, 0.0, 0.0)


def test_every_case_better_is_better_in_every_sample(tmp_path: Path) -> None:
    one, other = _written(tmp_path / "one", [1.0] * 9), _written(tmp_path / "other", [11.0] * 9)
    _, differences = compare(one, other)["as_is"]
    assert differences["top1"] == differences["macro_top10"] == (1.0, 1.0, 1.0)


def test_the_command_prints_points(tmp_path: Path) -> None:
    one, other = _written(tmp_path / "one", [1.0, 1.0]), _written(tmp_path / "other", [1.0, 20.0])
    outcome = aitia("evaluate", "compare", one, other)
    assert outcome.code == 0
    assert "as_is: n 2" in outcome.out
    assert "top1          +50.0 points" in outcome.out


@pytest.mark.parametrize(
    "text", ["", "case_id\tsetting\n1\tas_is\n", "case_id\tsetting\ttruth\trank\n1\tas_is\tX\tno\n"]
)
def test_what_is_no_evaluation_is_refused(tmp_path: Path, text: str) -> None:
    one = _written(tmp_path / "one", [1.0])
    other = tmp_path / "other"
    with pytest.raises(InputError, match="no rows"):
        compare(one, other)
    other.mkdir()
    (other / "rows.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"no rows|share no case"):
        compare(one, other)


def test_other_settings_share_no_case(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="share no case"):
        compare(_written(tmp_path / "one", [1.0]), _written(tmp_path / "other", [1.0], "published_later"))
