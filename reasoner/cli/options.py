"""Options that commands share, and how a command says what it does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ontologies.errors import InputError

__all__ = [
    "BoltPassword",
    "BoltUser",
    "CandidatesOption",
    "CertificateOption",
    "FormatOption",
    "GraphOption",
    "InputArgument",
    "LanguageOption",
    "MirrorOption",
    "OfflineOption",
    "RankerOption",
    "SettingOption",
    "TermsOption",
    "UniformPriorOption",
    "check_choice",
    "errors",
    "graph_folder",
    "write_json",
]

GraphOption = Annotated[
    Path | None, typer.Option("--graph", help="The graph's folder.", envvar="AITIA_GRAPH", show_default=False)
]
MirrorOption = Annotated[
    Path | None,
    typer.Option(
        "--mirror",
        help="Folder that stands in for the sources' addresses.",
        envvar="AITIA_MIRROR",
        exists=True,
        file_okay=False,
    ),
]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Fetch nothing; use what is at hand.")]
FormatOption = Annotated[str, typer.Option("--format", help="text, json or markdown.")]
InputArgument = Annotated[
    str | None, typer.Argument(help="A phenopacket (.json), a text file, or - for standard input.")
]
TermsOption = Annotated[str | None, typer.Option("--terms", help="HPO ids, comma-separated; a leading minus excludes.")]
LanguageOption = Annotated[str, typer.Option("--language", help="auto, en or zh.")]
CandidatesOption = Annotated[str, typer.Option("--candidates", help="all, or omim.")]
SettingOption = Annotated[
    str, typer.Option("--setting", help="hospital: how common a disease is counts; genetics: it does not.")
]
UniformPriorOption = Annotated[bool, typer.Option("--uniform-prior", help="Leave out prevalence, sex and age.")]
RankerOption = Annotated[
    str, typer.Option("--ranker", help="The trained correction: shipped, none, or a file of `aitia train ranker`.")
]
CertificateOption = Annotated[Path | None, typer.Option("--certificate", help="Write the proof here.")]
BoltUser = Annotated[str | None, typer.Option("--user", envvar="NEO4J_USERNAME")]
BoltPassword = Annotated[str | None, typer.Option("--password", envvar="NEO4J_PASSWORD")]

errors = Console(stderr=True, highlight=False, soft_wrap=True)
"""Messages; results go to standard output."""


def graph_folder(graph: Path | None) -> Path:
    """The folder named, else the user's data folder."""
    if graph is not None:
        return graph
    from platformdirs import user_data_path

    return user_data_path("aitia") / "graph"


def check_choice(what: str, value: str, *known: str) -> None:
    """Refuse a value that an option does not know.

    Raises:
        InputError: the value is none of the known ones.
    """
    if value not in known:
        raise InputError(f"unknown {what}", value=value, remedy=f"Write {' or '.join(known)}")


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a document whole or not at all.

    Raises:
        InputError: the file cannot be written.
    """
    if not path.name or path.is_dir():
        raise InputError("a folder, not a file", value=path, remedy="Name a file in it")
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise InputError("the file cannot be written", value=path, remedy="Check the folder and its space") from error
