"""Verify a certificate."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ontologies.errors import InputError
from ontologies.issue import Issue
from reasoner.cli.options import BoltPassword, BoltUser, GraphOption, graph_folder, path_option

if TYPE_CHECKING:
    from kg_builder.snapshot import Snapshot
    from reasoner.proof.document_check import DocumentReader
    from reasoner.proof.snapshot_check import RankerOpener
    from reasoner.ranking.case_ranker import CaseRanker

__all__ = ["verify"]

_REMEDY = "Give the JSON that --certificate wrote"
_SHOWN = 10


def verify(
    certificate: Annotated[Path, typer.Argument(help="The certificate.")],
    build: Annotated[str | None, typer.Option("--build", help="The build id that you trust.")] = None,
    graph: GraphOption = None,
    portable: Annotated[bool, typer.Option("--portable", help="Use no graph, even if one is there.")] = False,
    bolt: Annotated[str | None, typer.Option("--bolt", help="Check the edges in this database, too.")] = None,
    ranker: Annotated[str | None, typer.Option("--ranker", help="The file of vectors, if one was used.")] = None,
    document: Annotated[Path | None, path_option("--document", "The text that the case was read from.")] = None,
    user: BoltUser = None,
    password: BoltPassword = None,
) -> None:
    """Check a certificate: portable, against the graph, against a database."""
    from kg_builder.snapshot import Snapshot
    from kg_builder.stores.bolt import BoltStore
    from reasoner.proof.verification import Verifier

    held = _read_certificate(certificate)
    if ranker is not None and ranker not in ("shipped", "none") and not Path(ranker).is_file():
        raise InputError("no such file of vectors", value=ranker, remedy="Name the file that the case was ranked with")
    if document is not None and portable:
        raise InputError("a document is read with the graph's names", remedy="Leave out --portable or --document")
    text = None if document is None else _read(document, "the document cannot be read")
    snapshot = None if portable else Snapshot.open(graph_folder(graph), check=True)
    with BoltStore.connect(bolt, user=user, password=password) if bolt else nullcontext() as store:
        verifier = Verifier(
            build=build,
            snapshot=snapshot,
            open_ranker=_opener(ranker),
            document=text,
            reader=None if text is None or snapshot is None else _reader(snapshot, held),
            store=store,
        )
        found = verifier.by_depth(held)
    _show([issue for depth in found.values() for issue in depth])
    typer.echo(f"verified: {', '.join(found)}")
    if build is None and list(found) == ["portable"]:
        # Whoever makes a graph of his own can prove what he likes by it.
        typer.echo(f"this holds if build {held['build']['id']} is one that you trust; name that by --build ID")


def _show(issues: list[Issue]) -> None:
    """Show the first of what is wrong, and end there if anything is.

    What the certificate says against itself comes first: every place that the graph then ranks otherwise follows it.
    """
    told = list(dict.fromkeys(issues))
    for issue in told[:_SHOWN]:
        typer.echo(str(issue))
    if len(told) > _SHOWN:
        typer.echo(f"and {len(told) - _SHOWN} more, which may follow from these")
    if told:
        raise typer.Exit(1)


def _opener(ranker: str | None) -> RankerOpener:
    """Opens the ranker of a certificate's settings, with the vectors that are named here."""
    from reasoner.ranking.case_ranker import CaseRanker

    def open_ranker(snapshot: Snapshot, **settings: Any) -> CaseRanker:
        return CaseRanker.open(snapshot, **settings | ({} if ranker is None else {"ranker": ranker}))

    return open_ranker


def _reader(snapshot: Snapshot, certificate: dict[str, Any]) -> DocumentReader:
    from reasoner.intake.reading import document_reader
    from reasoner.intake.vocabulary import SnapshotVocabulary, load_matcher

    return document_reader(SnapshotVocabulary(snapshot), load_matcher(snapshot), _language(certificate))


def _read(path: Path, fault: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(fault, value=path, remedy="Check the path") from error


def _read_certificate(path: Path) -> Any:
    from reasoner.proof.certificate_schema import CERTIFICATE_SCHEMA
    from reasoner.proof.schema_check import parse_certificate

    held = parse_certificate(_read(path, "the certificate cannot be read"))
    if not isinstance(held, dict) or "schema" not in held:
        raise InputError("JSON, but not a certificate", value=path, remedy=_REMEDY)
    if held["schema"] != CERTIFICATE_SCHEMA:
        remedy = f"Certify the case again: this version of Aitia reads {CERTIFICATE_SCHEMA}"
        raise InputError("a certificate of another schema", value=held["schema"], remedy=remedy)
    return held


def _language(certificate: dict[str, Any]) -> str:
    """The language that the document was read in; verification says what is wrong with a certificate that has none."""
    settings = certificate.get("settings")
    language = settings.get("language") if isinstance(settings, dict) else None
    return language if language in ("en", "zh") else "auto"
