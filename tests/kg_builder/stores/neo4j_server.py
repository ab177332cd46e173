"""A real Neo4j for the tests, started from Maven artefacts on a free port of loopback."""

from __future__ import annotations

import os
import selectors
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_OPENED = ("java.nio", "java.io", "sun.nio.ch")
_START_SECONDS = 300.0


def artefacts() -> Path:
    """The folder of jars, or a loud skip."""
    folder = Path(os.environ.get("AITIA_NEO4J_JARS", ROOT / ".cache" / "neo4j"))
    java = shutil.which("java")
    if java is None or not any(folder.glob("neo4j-5*.jar")):
        pytest.skip("NO REAL NEO4J: needs Java 17 and `make neo4j` (or AITIA_NEO4J_JARS)")
    version = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    if '"17' not in version and '"21' not in version:
        pytest.skip(f"NO REAL NEO4J: needs Java 17 or 21, found {version.splitlines()[:1]}")
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def neo4j_process(
    folder: Path, *, asks_password: bool = False, heap: str = "512m"
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The server's address and its process; stopped at the end."""
    jars, port = artefacts(), free_port()
    command = ["java", f"-Xmx{heap}", *(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENED)]
    command += ["-cp", f"{jars}/*", str(ROOT / "tests" / "neo4j" / "Launcher.java")]
    command += [str(folder), str(port), str(asks_password).lower()]
    log_path = folder / "launcher.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
    assert process.stdin is not None and process.stdout is not None
    try:
        _await_ready(process, log_path)
        yield f"bolt://127.0.0.1:{port}", process
    finally:
        process.stdin.close()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _await_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while time.monotonic() < deadline:
            if selector.select(0.2):
                line = process.stdout.readline()
                if line == b"ready\n":
                    return
                if not line:
                    break
    pytest.fail(f"Neo4j did not start: {log.read_text(errors='replace')[-2000:]}")
