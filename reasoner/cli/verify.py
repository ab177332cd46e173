"""Verify a certificate."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from ontologies.errors import InputError
from reasoner.cli.options import BoltPassword, BoltUser, GraphOption, graph_folder, path_option

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
    from reasoner.intake.reading import document_reader
    from reasoner.intake.vocabulary import SnapshotVocabulary, load_matcher
    from reasoner.proof.verification import Verifier
    from reasoner.ranking.case_ranker import CaseRanker

    held = _read_certificate(certificate)
    if ranker is not None and ranker not in ("shipped", "none") and not Path(ranker).is_file():
        raise InputError("no such file of vectors", value=ranker, remedy="Name the file that the case was ranked with")
    snapshot = None if portable else Snapshot.open(graph_folder(graph), check=True)
    reader = None
    if document is not None:
        if snapshot is None:
            raise InputError("a document is read with the graph's names", remedy="Leave out --portable or --document")
        reader = document_reader(SnapshotVocabulary(snapshot), load_matcher(snapshot), _language(held))

    def open_ranker(snapshot: Snapshot, **settings: Any) -> CaseRanker:
        return CaseRanker.open(snapshot, **settings | ({} if ranker is None else {"ranker": ranker}))

    with ExitStack() as stack:
        store = stack.enter_context(BoltStore.connect(bolt, user=user, password=password)) if bolt else None
        try:
            text = document.read_bytes() if document else None
        except OSError as error:
            raise InputError("the document cannot be read", value=document, remedy="Check the path") from error
        verifier = Verifier(
            build=build, snapshot=snapshot, open_ranker=open_ranker, document=text, reader=reader, store=store
        )
        found = verifier.by_depth(held)
    # What the certificate says against itself comes first: every place that the graph then ranks otherwise follows it.
    issues = list(dict.fromkeys(issue for depth in found.values() for issue in depth))
    for issue in issues[:_SHOWN]:
        typer.echo(str(issue))
    if len(issues) > _SHOWN:
        typer.echo(f"and {len(issues) - _SHOWN} more, which may follow from these")
    if issues:
        raise typer.Exit(1)
    typer.echo(f"verified: {', '.join(found)}")
    if build is None and list(found) == ["portable"]:
        # Whoever makes a graph of his own can prove what he likes by it.
        typer.echo(f"this holds if build {held['build']['id']} is one that you trust; name that by --build ID")


def _read_certificate(path: Path) -> Any:
    from reasoner.proof.certificate_schema import CERTIFICATE_SCHEMA
    from reasoner.proof.schema_check import parse_certificate

    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError("the certificate cannot be read", value=path, remedy="Check the path") from error
    held = parse_certificate(content)
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
