"""Many cases: read, diagnosed on several processes, written, taken up again."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.errors import FileFormatError, InputError
from reasoner.cohort.engine import ProcessEngine, chunked, in_order
from reasoner.cohort.inputs import CohortItem, is_cohort, read_cohort
from reasoner.cohort.results import ResultFile
from reasoner.cohort.run import open_case_worker, run_cohort
from reasoner.cohort.worker import WorkDone
from tests.reasoner.clinic import NOTE, PACKETS, aitia, packet

LINES = [*(json.dumps(packet(*row)) for row in PACKETS), json.dumps({"id": "note", "text": NOTE}), '{"broken"']
OPTIONS: dict[str, Any] = {"candidates": "all", "uniform_prior": True}


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(LINES) + "\n", "utf-8")
    return path


def _engine(graph: Path, jobs: int = 1) -> ProcessEngine:
    opened = partial(open_case_worker, graph, language="auto", top=3, explained=False, options=OPTIONS)
    return ProcessEngine(opened, jobs=jobs)


def _run(cases: Path, out: Path, graph: Path, jobs: int = 1) -> list[dict[str, Any]]:
    run_cohort(cases, out, _engine(graph, jobs), run=OPTIONS)
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def test_each_case_has_its_line_and_a_broken_one_says_so(cases: Path, tmp_path: Path, clinic_graph: Path) -> None:
    rows = _run(cases, tmp_path / "out.jsonl", clinic_graph)
    assert [row.get("case_id") for row in rows] == ["one", "two", "three", "four", "five", "note", None]
    assert rows[0]["differential"][0]["id"] == "OMIM:100000"
    assert rows[5]["differential"][0]["id"] == "OMIM:100000"
    assert rows[4]["abstained"]["code"] == "no_finding"
    assert "not JSON" in rows[6]["error"]


def test_two_processes_write_the_same_bytes_as_one(cases: Path, tmp_path: Path, clinic_graph: Path) -> None:
    one = _run(cases, tmp_path / "one.jsonl", clinic_graph)
    assert _run(cases, tmp_path / "two.jsonl", clinic_graph, jobs=2) == one


def test_an_interrupted_run_goes_on_after_the_last_whole_line(cases: Path, tmp_path: Path, clinic_graph: Path) -> None:
    whole = _run(cases, tmp_path / "whole.jsonl", clinic_graph)
    out = tmp_path / "out.jsonl"
    _run(cases, out, clinic_graph)
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(b"".join(lines[:3]) + lines[3][:20])
    counts = run_cohort(cases, out, _engine(clinic_graph), run=OPTIONS)
    assert (counts.before, counts.done, counts.broken) == (3, 4, 1)
    assert [json.loads(line) for line in out.read_text("utf-8").splitlines()] == whole


def test_a_run_that_was_done_still_tells_of_its_broken_cases(cases: Path, tmp_path: Path, clinic_graph: Path) -> None:
    out = tmp_path / "out.jsonl"
    _run(cases, out, clinic_graph)
    assert run_cohort(cases, out, _engine(clinic_graph), run=OPTIONS) == (0, 7, 1)


def test_a_file_of_another_run_is_refused(cases: Path, tmp_path: Path, clinic_graph: Path) -> None:
    out = tmp_path / "out.jsonl"
    _run(cases, out, clinic_graph)
    with pytest.raises(InputError, match="another run"):
        run_cohort(cases, out, _engine(clinic_graph), run={"candidates": "omim"})
    (tmp_path / "foreign.jsonl").write_text("{}\n")
    with pytest.raises(InputError, match="another run"):
        ResultFile(tmp_path / "foreign.jsonl", OPTIONS)


def test_a_folder_and_an_archive_hold_the_same_cases(tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    with tarfile.open(tmp_path / "cases.tar.xz", "w:xz") as archive:
        for name, data in (("a.json", b"{}"), ("b.txt", NOTE.encode()), ("c.png", b"?")):
            (folder / name).write_bytes(data)
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    assert is_cohort(folder)
    assert is_cohort(tmp_path / "cases.tar.xz")
    assert list(read_cohort(folder)) == list(read_cohort(tmp_path / "cases.tar.xz"))
    assert [item.name for item in read_cohort(folder)] == ["a.json", "b.txt"]


@pytest.mark.parametrize("name", ["none.tar.xz", "none.jsonl", "note.txt"])
def test_what_is_not_there_or_not_many_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        list(read_cohort(tmp_path / name))


def test_an_empty_folder_and_a_torn_archive_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no case"):
        list(read_cohort(tmp_path))
    (tmp_path / "torn.tar.xz").write_bytes(b"\xfd7zXZ\x00\x00")
    with pytest.raises(FileFormatError, match="archive"):
        list(read_cohort(tmp_path / "torn.tar.xz"))


@given(st.integers(0, 200), st.integers(1, 9))
def test_results_come_in_order_and_few_wait_at_a_time(count: int, ahead: int) -> None:
    waiting: list[int] = []
    most = 0

    def submit(chunk: Any) -> int:
        nonlocal most
        waiting.append(chunk[0].number)
        most = max(most, len(waiting))
        return int(chunk[0].number)

    def result(number: int) -> WorkDone:
        waiting.remove(number)
        return WorkDone([b"%d" % number], 0)

    items = iter([CohortItem(number, "x", b"") for number in range(count)])
    lines = [line for done in in_order(chunked(items), submit, result, ahead) for line in done.lines]
    assert lines == [b"%d" % number for number in range(0, count, 32)]
    assert most <= ahead


def test_the_command_writes_lines_and_exits_with_one_for_a_broken_case(
    cases: Path, tmp_path: Path, clinic_graph: Path
) -> None:
    out = tmp_path / "out.jsonl"
    outcome = aitia("diagnose", cases, "--out", out, "--jobs", 1, graph=clinic_graph)
    assert outcome.code == 1
    assert "1 case could not be read" in outcome.error
    assert len(out.read_text("utf-8").splitlines()) == len(LINES)
    again = aitia("diagnose", cases, "--out", out, "--jobs", 1, graph=clinic_graph)
    assert again.code == 1
    assert "7 were there before" in again.error
    assert "1 case could not be read" in again.error


def test_many_cases_without_a_file_for_them_are_refused(cases: Path, clinic_graph: Path) -> None:
    for command in ("diagnose", "explain"):
        outcome = aitia(command, cases, graph=clinic_graph)
        assert outcome.code == 2
        assert "--out" in outcome.error


@pytest.mark.parametrize(
    ("stop", "code", "said"),
    [(signal.SIGINT, 130, b"aitia: interrupted\n"), (signal.SIGKILL, -signal.SIGKILL, None)],
)
def test_a_run_that_is_stopped_takes_its_workers_along(
    stop: signal.Signals, code: int, said: bytes | None, tmp_path: Path, clinic_graph: Path
) -> None:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    cases.write_text(LINES[0] + "\n" + "\n".join([LINES[-2]] * 100_000), "utf-8")
    call = [sys.executable, "-c", "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"]
    call[-1] += "from reasoner.cli.app import main; main()"
    options = ["--out", str(out), "--jobs", "2", "--ranker", "none", "--graph", str(clinic_graph)]
    with subprocess.Popen(
        [*call, "diagnose", str(cases), *options], stderr=subprocess.PIPE, start_new_session=True
    ) as run:
        while not (out.exists() and out.stat().st_size):
            assert run.poll() is None
            time.sleep(0.02)
        # Ctrl-C reaches all processes of the terminal, a kill one.
        os.killpg(run.pid, stop) if stop is signal.SIGINT else os.kill(run.pid, stop)
        # Comes to an end when the last of those that could write has ended.
        _, messages = run.communicate(timeout=60)
    assert run.returncode == code
    assert said in (None, messages)


def test_options_of_many_cases_are_refused_for_one(clinic_graph: Path) -> None:
    for option in (("--jobs", 2), ("--engine", "ray"), ("--explained",)):
        outcome = aitia("diagnose", "--terms", "HP:0001166", *option, graph=clinic_graph)
        assert outcome.code == 2
        assert "Add --out" in outcome.error


@pytest.mark.parametrize("out", [".", "/dev/full"])
def test_results_go_into_a_file(out: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a file for results"):
        ResultFile(Path(out), {"top": 1})


def test_cases_that_are_not_there_leave_no_file(tmp_path: Path, clinic_graph: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert aitia("diagnose", tmp_path / "no.jsonl", "--out", out, "--jobs", 1, graph=clinic_graph).code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_text_and_results_beside_the_cases_do_no_harm(tmp_path: Path, clinic_graph: Path) -> None:
    (tmp_path / "na\udcffme.txt").write_bytes(b"ectopia lentis")
    out = tmp_path / "out.jsonl"
    for _ in range(2):
        assert aitia("diagnose", tmp_path, "--out", out, "--jobs", 1, graph=clinic_graph).code == 0
    (line,) = out.read_text("utf-8").splitlines()
    assert json.loads(line)["case"] == "na?me.txt"


def test_ray_gives_the_same_bytes(tmp_path: Path, clinic_graph: Path) -> None:
    pytest.importorskip("ray", reason="ray is not installed: the engine for clusters is NOT tested here")
    (tmp_path / "cases").mkdir()
    for number in range(40):
        (tmp_path / "cases" / f"{number}.txt").write_text(f"Ectopia lentis for {number} years.", "utf-8")
    lines = []
    for engine in ("processes", "ray"):
        out = tmp_path / f"{engine}.jsonl"
        run = aitia("diagnose", tmp_path / "cases", "--out", out, "--engine", engine, "--jobs", 1, graph=clinic_graph)
        assert run.code == 0
        lines.append(out.read_bytes())
    assert lines[0] == lines[1]


def test_a_ranker_that_is_not_there_is_said_before_any_worker_starts(
    cases: Path, tmp_path: Path, clinic_graph: Path
) -> None:
    out = tmp_path / "out.jsonl"
    run = aitia("diagnose", cases, "--out", out, "--ranker", "nosuch", "--jobs", 2, graph=clinic_graph)
    assert (run.code, out.exists()) == (2, False)
    assert "no such file of vectors" in run.error
