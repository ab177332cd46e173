"""A lock holds while its holder lives, and for no longer."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kg_builder.file_lock import hold_lock, is_locked

_HOLDER = """
import sys, time
from pathlib import Path
from kg_builder.file_lock import hold_lock
with hold_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_is_held_inside_and_gone_outside(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    with hold_lock(path):
        assert is_locked(path)
    assert not is_locked(path)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", _HOLDER, str(path)], cwd=root, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_locked(path)
        holder.send_signal(signal.SIGKILL)
    assert path.exists()
    assert not is_locked(path)
    with hold_lock(path):
        assert is_locked(path)


def test_one_holds_it_at_a_time(tmp_path: Path) -> None:
    counted = tmp_path / "count"
    counted.write_text("0", "utf-8")

    def add(_: int) -> None:
        with hold_lock(tmp_path / "lock"):
            counted.write_text(str(int(counted.read_text("utf-8")) + 1), "utf-8")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(200)))
    assert counted.read_text("utf-8") == "200"
