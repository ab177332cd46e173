"""The pages for a reviewing clinician say what the condition files say."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kg_builder.pack import review_pages as module
from kg_builder.pack.review_pages import review_pages

_ROOT = Path(__file__).parents[2]
_CONDITIONS = Path(module.__file__).parent / "conditions"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return review_pages()


def test_the_pages_in_the_repository_are_up_to_date(pages: dict[str, str]) -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in (_ROOT / "docs" / "core_pack").glob("*.md")}
    stale = sorted(name for name in pages.keys() | written.keys() if pages.get(name) != written.get(name))
    assert stale == [], "run: python -m kg_builder.pack.review_pages docs/core_pack"


def test_every_condition_and_finding_is_on_its_page(pages: dict[str, str]) -> None:
    for path in _CONDITIONS.glob("*.toml"):
        page = pages[f"{path.stem}.md"]
        for condition in tomllib.loads(path.read_text(encoding="utf-8"))["condition"]:
            section = page.split(f"\n## {condition['name']} · {condition['name_zh']}\n")[1].split("\n## ")[0]
            words = [row["label"] for row in condition["symptoms"]]
            words += [row["name"] for row in condition["drugs"] + condition["contraindicated"]]
            words += [row["code"] for row in condition["codes"]] + [
                row["note_zh"] for row in condition.get("differs", ())
            ]
            assert [word for word in words if word not in section] == [], condition["name"]


def test_a_tick_stands_for_a_cited_row_only(pages: dict[str, str]) -> None:
    cited = sum(path.read_text(encoding="utf-8").count("cite = ") for path in _CONDITIONS.glob("*.toml"))
    rows = [line for name, page in pages.items() if name != "README.md" for line in page.splitlines()]
    body = [line for line in rows if "✓" in line and not line.startswith("**⚠ bold**")]
    assert sum(line.count("✓") for line in body) == cited


def test_a_red_flag_stands_out(pages: dict[str, str]) -> None:
    assert "**⚠ Hypoxemia**" in pages["10_respiratory_diseases.md"]
    assert re.search(r"Pneumonia · 肺炎 · \*\*urgent\*\*", pages["10_respiratory_diseases.md"])


def test_the_command_writes_the_pages_and_removes_stale_ones(tmp_path: Path, pages: dict[str, str]) -> None:
    (tmp_path / "99_gone.md").write_text("old", encoding="utf-8")
    command = [sys.executable, "-m", "kg_builder.pack.review_pages", str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == pages
