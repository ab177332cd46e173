"""Options that commands share, and how a command says what it does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ontologies.errors import InputError

__all__ = [
    "A_MODEL",
    "MANY_CASES",
    "RANKING",
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
    "check_file",
    "check_folder",
    "errors",
    "graph_folder",
    "path_option",
    "write_json",
]

A_MODEL, MANY_CASES, RANKING = "A model that proposes", "Many cases", "Ranking"
"""Headings in the help, below the options that everybody needs."""


def path_option(name: str, help: str, *, is_there: bool = False, **more: Any) -> Any:
    """An option that names a file or a folder.

    Args:
        name: of the option. An empty value is refused: as a path it would be the current folder.
        help: what the option is for.
        is_there: the value must be a folder that exists.
        **more: as for `typer.Option`.
    """

    def path(text: str) -> Path:
        if not text:
            raise InputError(f"{name} names nothing", remedy=f"Write {name} PATH, or leave it out")
        if is_there and not Path(text).is_dir():
            raise InputError(f"{name} names no folder", value=text, remedy="Check the path")
        return Path(text)

    return typer.Option(name, help=help, parser=path, metavar="PATH", **more)


def _case(text: str) -> str:
    if not text:
        raise InputError("no case is named", remedy="Name a phenopacket or a text file, or - for standard input")
    return text


GraphOption = Annotated[
    Path | None, path_option("--graph", "The graph's folder.", envvar="AITIA_GRAPH", show_default=False)
]
MirrorOption = Annotated[
    Path | None,
    path_option("--mirror", "Folder that stands in for the sources' addresses.", is_there=True, envvar="AITIA_MIRROR"),
]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Fetch nothing; use what is at hand.")]
FormatOption = Annotated[str, typer.Option("--format", help="text, json or markdown.")]
InputArgument = Annotated[
    str | None,
    typer.Argument(help="A phenopacket (.json), a text file, or - for standard input.", parser=_case, metavar="INPUT"),
]
TermsOption = Annotated[str | None, typer.Option("--terms", help="HPO ids, comma-separated; a leading minus excludes.")]
LanguageOption = Annotated[str, typer.Option("--language", help="auto, en or zh.")]
CandidatesOption = Annotated[str, typer.Option("--candidates", help="all, or omim.", rich_help_panel=RANKING)]
SettingOption = Annotated[
    str,
    typer.Option(
        "--setting", help="hospital: how common a disease is counts; genetics: it does not.", rich_help_panel=RANKING
    ),
]
UniformPriorOption = Annotated[
    bool, typer.Option("--uniform-prior", help="Leave out prevalence, sex and age.", rich_help_panel=RANKING)
]
RankerOption = Annotated[
    str,
    typer.Option(
        "--ranker",
        help="The trained correction: shipped, none, or a file of `aitia train ranker`.",
        rich_help_panel=RANKING,
    ),
]
CertificateOption = Annotated[Path | None, path_option("--certificate", "Write the proof here.")]
BoltUser = Annotated[str | None, typer.Option("--user", envvar="NEO4J_USERNAME", help="User of the database.")]
BoltPassword = Annotated[
    str | None,
    typer.Option("--password", envvar="NEO4J_PASSWORD", help="Theirs; others on this machine can read it here."),
]

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


def check_file(path: Path, *, makes_folder: bool = False) -> None:
    """Refuse, before the work whose result it is for, a file that cannot be written.

    Args:
        path: of the file.
        makes_folder: its folder is made with it.

    Raises:
        InputError: it cannot be written.
    """
    if path.is_dir():
        raise InputError("a folder, not a file", value=path, remedy="Name a file in it")
    if not makes_folder and not path.parent.exists():
        raise InputError("the file cannot be written, its folder is not there", value=path, remedy="Make the folder")
    check_folder(path.parent)


def check_folder(folder: Path) -> None:
    """Refuse, before the work whose results it is for, a folder that cannot be written to.

    Raises:
        InputError: it cannot be written to.
    """
    from kg_builder.writable import try_writing

    try:
        try_writing(folder)
    except OSError as error:
        message = f"the results cannot be written ({error.strerror})"
        raise InputError(message, value=folder, remedy="Name another place for them") from error


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a document whole or not at all.

    Raises:
        InputError: the file cannot be written.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise InputError("the file cannot be written", value=path, remedy="Check the folder and its space") from error
