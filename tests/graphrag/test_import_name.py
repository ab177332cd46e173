"""The other project of the same import name, prompts, and what may be imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graphrag.import_name import check_import_name
from graphrag.prompts.prompt import load_prompt, parse_prompt
from ontologies.errors import FileFormatError, GuardError, InputError

PACKAGE = Path(__file__).resolve().parents[2] / "graphrag"


def test_another_distribution_is_one_clear_error(tmp_path: Path) -> None:
    info = tmp_path / "graphrag-2.7.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: graphrag\nVersion: 2.7.0\n")
    code = f"import sys; sys.path[:0] = [{str(PACKAGE.parent)!r}, {str(tmp_path)!r}]; import graphrag"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "graphrag 2.7.0" in done.stderr.splitlines()[-1]


def test_a_distribution_that_is_there_is_noticed() -> None:
    check_import_name("no-such-distribution-anywhere")
    with pytest.raises(GuardError):
        check_import_name("pytest")


def test_only_one_file_imports_torch() -> None:
    owners = {
        path.name
        for path in PACKAGE.rglob("*.py")
        if any(
            line.lstrip().startswith(("import torch", "from torch", "from transformers"))
            for line in path.read_text().splitlines()
        )
    }
    assert owners == {"transformers_model.py"}


def test_the_prompt_as_rendered() -> None:
    text = load_prompt("choose_paths").render(diagnosis="Marfan syndrome", observed="Arachnodactyly", excluded="none")
    assert text.splitlines()[0] == "A patient has these findings: Arachnodactyly."
    assert text.endswith("\nMarfan syndrome")


def test_a_prompt_with_other_inputs_is_refused() -> None:
    with pytest.raises(FileFormatError):
        parse_prompt("bad", "inputs: a\n---\n${b}")
    with pytest.raises(InputError):
        parse_prompt("good", "inputs: a\n---\n${a}").render(b="x")
