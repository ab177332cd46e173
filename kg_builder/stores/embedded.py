"""The embedded server: ArcadeDB on loopback, from the `embedded` extra, which brings its own Java.

The server runs in a process of its own, since its Java machine ends the process it lives in on SIGTERM and cannot be
started twice. It lives as long as the pipe to whoever started it: closing the pipe, by `stop` or by dying, shuts it
down cleanly.
This is the only file that imports `arcadedb_embedded`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import selectors
import socket
import subprocess
import sys
import time
from pathlib import Path

from ontologies.errors import InputError, ServiceError

__all__ = ["DATABASE", "EmbeddedServer"]

DATABASE = "aitia"
_USER = "root"
_HOST = "127.0.0.1"
_PASSWORD_FILE = "password"  # noqa: S105 - the name of a file
_LOG_FILE = "server.log"
_READY = b"ready\n"
_START_SECONDS = 90.0
_STOP_SECONDS = 30.0


class EmbeddedServer:
    """A running server; a context manager that stops it.

    Attributes:
        uri: its Bolt address.
        user: who may log in.
        password: made when the folder was first served, readable by its owner only.
        database: the database that holds the graph.
        log: the file that the server writes its messages to.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, password: str, log: Path) -> None:
        self._process = process
        self.uri = f"bolt://{_HOST}:{port}"
        self.user = _USER
        self.password = password
        self.database = DATABASE
        self.log = log

    @classmethod
    def start(cls, folder: Path | str, *, port: int | None = None, heap: str = "2g") -> EmbeddedServer:
        """Serve the databases under a folder, which is made where it is missing.

        Args:
            folder: holds databases, password and log.
            port: of loopback; None for a free one.
            heap: most memory of the server's Java, such as 2g.

        Raises:
            InputError: the `embedded` extra is not installed, the port is taken, or the folder cannot be written.
            ServiceError: the server did not start.
        """
        if importlib.util.find_spec("arcadedb_embedded") is None:
            remedy = "Run `pip install 'aitia[embedded]'`"
            raise InputError("the embedded server is not installed", remedy=remedy)
        folder = Path(folder).resolve()
        port = _claim_port(port)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            password, log = _password(folder), (folder / _LOG_FILE).open("wb")
        except OSError as error:
            remedy = "Name another by --data"
            raise InputError(
                f"the server's folder cannot be written ({error.strerror})", value=folder, remedy=remedy
            ) from error
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "kg_builder.stores.embedded", str(folder), str(port), heap],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": _import_path()},
                # Ctrl-C in a terminal reaches us alone, and we stop the server in order.
                start_new_session=True,
            )
        server = cls(process, port, password, folder / _LOG_FILE)
        try:
            server._await_ready()
        except BaseException:
            server.stop()
            raise
        return server

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Shut down cleanly; nothing happens where it was stopped before."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> EmbeddedServer:
        return self

    def __exit__(self, *reason: object) -> None:
        self.stop()

    def _await_ready(self) -> None:
        output = self._process.stdout
        deadline = time.monotonic() + _START_SECONDS
        with selectors.DefaultSelector() as selector:
            if output is not None:
                selector.register(output, selectors.EVENT_READ)
            while output is not None and time.monotonic() < deadline:
                if selector.select(0.2):
                    if output.readline() == _READY:
                        return
                    break
        remedy = "See its log; another server may hold the same folder"
        raise ServiceError("the embedded server did not start", value=self.log, remedy=remedy)


def _claim_port(port: int | None) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port or 0))
        except (OSError, OverflowError) as error:
            raise InputError("the port cannot be used", value=port, remedy="Give another --port") from error
        return int(probe.getsockname()[1])


def _password(folder: Path) -> str:
    path = folder / _PASSWORD_FILE
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(18))
    return path.read_text("utf-8").strip()


def _import_path() -> str:
    here = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(part for part in (here, os.environ.get("PYTHONPATH", "")) if part)


def _serve(folder: Path, port: int, heap: str) -> None:
    """Run the server in this process until standard input ends."""
    # Java logs to standard output: that becomes the log, and only the word that we are ready goes to the pipe.
    pipe = os.dup(1)
    os.dup2(2, 1)
    from arcadedb_embedded.server import ArcadeDBServer

    server = ArcadeDBServer(
        root_path=str(folder),
        root_password=_password(folder),
        config={
            "host": _HOST,
            "http_port": 0,
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "bolt_port": port,
            "bolt_defaultDatabase": DATABASE,
        },
        jvm_kwargs={"heap_size": heap},
    )
    server.start()
    try:
        server.create_database(DATABASE)
        os.write(pipe, _READY)
        sys.stdin.buffer.read()
    finally:
        server.stop()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
