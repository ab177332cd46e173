"""Who reads the results may go away, and where they go may be full: no traceback, and an exit code that says it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reasoner.clinic import aitia

COMMAND = [sys.executable, "-c", "from reasoner.cli.app import main; main()"]
FULL = Path("/dev/full")


def _into_closed_pipe(*arguments: object) -> tuple[int, bytes]:
    """Exit code and messages of a command whose results nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        run = subprocess.run([*COMMAND, *map(str, arguments)], stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    return run.returncode, run.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("sources",),
        ("sources", "--format", "json"),
        ("explain", "--terms", "HP:0001166", "--ranker", "none"),
    ],
)
def test_a_reader_who_goes_away_ends_the_command_quietly(arguments: tuple[str, ...], clinic_graph: Path) -> None:
    graph = () if arguments == ("--help",) else ("--graph", clinic_graph)
    assert _into_closed_pipe(*arguments, *graph) == (141, b"")


def test_a_full_disk_is_one_line(clinic_graph: Path) -> None:
    assert FULL.exists(), "THIS SYSTEM HAS NO /dev/full"
    with FULL.open("wb") as full:
        call = [*COMMAND, "sources", "--graph", str(clinic_graph)]
        run = subprocess.run(call, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 4
    assert run.stderr.startswith("aitia: the results cannot be written")
    assert run.stderr.count("\n") == 1


def test_messages_that_nobody_can_read_change_no_exit_code(tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        run = subprocess.run(
            [*COMMAND, "diagnose", "--terms", "HP:0001166", "--graph", str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=full,
            check=False,
        )
    assert (run.returncode, run.stdout) == (6, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "ranker", "--out", "taken/v.npz"),
        ("train", "ranker", "--out", "."),
        ("train", "confidence", "--out", "taken/c.json"),
        ("evaluate", "diagnosis", "--cases", "nowhere", "--out", "taken"),
        ("diagnose", "nowhere.txt", "--certificate", "."),
        ("explain", "nowhere.txt", "--certificate", "taken/c.json"),
        ("explain", "nowhere.txt", "--certificate", "no/c.json"),
        ("train", "confidence", "--out", "no/c.json"),
    ],
)
def test_results_without_a_place_are_refused_before_any_work(
    arguments: tuple[str, ...], tmp_path: Path, clinic_graph: Path
) -> None:
    (tmp_path / "taken").write_text("a file", "utf-8")
    place = tmp_path / arguments[-1]
    outcome = aitia(*arguments[:-1], place, graph=clinic_graph)
    assert (outcome.code, outcome.out) == (2, "")
    assert "written" in outcome.error or "a folder, not a file" in outcome.error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]
