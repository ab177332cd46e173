"""The `aitia` command."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from ontologies.errors import AitiaError, InputError

if TYPE_CHECKING:
    from kg_builder.snapshot import Snapshot
    from reasoner.case import Case

__all__ = ["app", "main"]

app = typer.Typer(
    name="aitia",
    help="Diagnoses from a medical knowledge graph, each with its proof.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
evaluate_app = typer.Typer(help="Measure against real cases.", no_args_is_help=True)
app.add_typer(evaluate_app, name="evaluate")

GraphOption = Annotated[
    Path | None, typer.Option("--graph", help="The graph's folder.", envvar="AITIA_GRAPH", show_default=False)
]
FormatOption = Annotated[str, typer.Option("--format", help="text, json or markdown.")]
InputArgument = Annotated[
    str | None, typer.Argument(help="A phenopacket (.json), a text file, or - for standard input.")
]
TermsOption = Annotated[str | None, typer.Option("--terms", help="HPO ids, comma-separated; a leading minus excludes.")]
LanguageOption = Annotated[str, typer.Option("--language", help="auto, en or zh.")]
CertificateOption = Annotated[Path | None, typer.Option("--certificate", help="Write the proof here.")]

errors = Console(stderr=True, highlight=False, soft_wrap=True)


def main() -> None:
    """Run the command; every foreseen fault is one line and an exit code."""
    try:
        app()
    except AitiaError as error:
        errors.print(f"aitia: {error}", style="red", markup=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        errors.print("aitia: interrupted", markup=False)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def graph_folder(graph: Path | None) -> Path:
    """The folder named, else the user's data folder."""
    if graph is not None:
        return graph
    from platformdirs import user_data_path

    return user_data_path("aitia") / "graph"


@app.command()
def build(
    graph: GraphOption = None,
    full: Annotated[bool, typer.Option("--full", help="Read the sources that no package carries, too.")] = False,
    mirror: Annotated[
        Path | None,
        typer.Option("--mirror", help="Folder that stands in for the sources' addresses.", envvar="AITIA_MIRROR"),
    ] = None,
) -> None:
    """Build the graph from its sources."""
    from kg_builder.build import build_graph
    from reasoner.ranking import compile_ranking
    from reasoner.vocabulary import compile_names

    with errors.status("building", spinner="dots") as status:

        def say(message: str) -> None:
            status.update(message)
            if not errors.is_terminal:
                errors.print(message, markup=False)

        snapshot = build_graph(
            graph_folder(graph), mirror=mirror, full=full, derive=[compile_names, compile_ranking], progress=say
        )
    manifest = snapshot.manifest
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"build {snapshot.build_id}", markup=False)
    out.print(f"{manifest['nodes']:,} nodes, {manifest['edges']:,} edges in {snapshot.folder}", markup=False)
    kinds: dict[str, int] = {}
    for issue in manifest["issues"]:
        kinds[issue["category"]] = kinds.get(issue["category"], 0) + 1
    for category, count in sorted(kinds.items()):
        out.print(f"{count:,} noted as {category} (see {snapshot.folder / 'manifest.json'})", markup=False)
    for entry in manifest["missing_sources"]:
        out.print(f"missing: {entry['source']} ({entry['reason']})", markup=False)


@app.command()
def sources(graph: GraphOption = None, format: FormatOption = "text") -> None:
    """List the sources with version, licence and pin, and what the graph holds of each."""
    from kg_builder.catalogue import SOURCES
    from kg_builder.snapshot import Snapshot
    from ontologies.errors import GraphMissingError

    _check_format(format, "text", "json")
    held: dict[str, Any] = {}
    try:
        held = {entry["source"]: entry["edges"] for entry in Snapshot.open(graph_folder(graph)).manifest["sources"]}
    except GraphMissingError as error:
        errors.print(str(error), markup=False)
    rows = [
        {
            "source": source.key,
            "version": source.version,
            "licence": source.licence,
            "tier": source.tier.value,
            "read": "--full" if source.full else "default",
            "edges": held.get(source.key),
            "upstream": source.upstream,
        }
        for source in SOURCES.values()
    ]
    if format == "json":
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    from rich.table import Table

    table = Table(box=None)
    for name in rows[0]:
        table.add_column(name, justify="right" if name == "edges" else "left", overflow="fold")
    for row in rows:
        table.add_row(
            *(
                "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
                for value in row.values()
            )
        )
    Console(highlight=False).print(table)


@app.command()
def diagnose(
    input: InputArgument = None,
    terms: TermsOption = None,
    graph: GraphOption = None,
    format: FormatOption = "text",
    top: Annotated[int, typer.Option("--top", min=1, help="How many diagnoses.")] = 10,
    language: LanguageOption = "auto",
    candidates: Annotated[str, typer.Option("--candidates", help="all, or omim.")] = "all",
    uniform_prior: Annotated[
        bool, typer.Option("--uniform-prior", help="Take all diseases to be equally frequent.")
    ] = False,
    certificate: CertificateOption = None,
) -> None:
    """Rank the diagnoses of one case and explain each."""
    from reasoner.certificate import certify
    from reasoner.diagnosis import diagnose as diagnose_case
    from reasoner.ranking import RankingIndex
    from reasoner.report import markdown_report, text_report

    _check_format(format, "text", "json", "markdown")
    if candidates not in ("all", "omim"):
        raise InputError("unknown candidates", value=candidates, remedy="Write all or omim")
    snapshot, case = _open_case(graph, input, terms, language)
    index = RankingIndex.open(snapshot)
    options: dict[str, Any] = {"candidates": candidates, "uniform_prior": uniform_prior}
    diagnosis = diagnose_case(snapshot, index, case, top=top, **options)
    if certificate is not None:
        _write(certificate, certify(snapshot, index, case, **options))
    if format == "json":
        typer.echo(json.dumps(diagnosis.to_dict(), ensure_ascii=False, indent=1))
        return
    shown = language if language != "auto" else _language_of(case)
    report = text_report if format == "text" else markdown_report
    typer.echo(report(diagnosis, snapshot, language=shown), nl=False)


@app.command()
def explain(
    input: InputArgument = None,
    terms: TermsOption = None,
    graph: GraphOption = None,
    format: FormatOption = "text",
    language: LanguageOption = "auto",
    model: Annotated[
        str | None, typer.Option("--model", help="transformers:PATH; without it the numbers choose.")
    ] = None,
    certificate: CertificateOption = None,
) -> None:
    """Give the chain of thought for the leading diagnosis, each step an edge of the graph."""
    from reasoner.certificate import certify
    from reasoner.explanation import explain_leading
    from reasoner.ranking import RankingIndex

    _check_format(format, "text", "json")
    snapshot, case = _open_case(graph, input, terms, language)
    index = RankingIndex.open(snapshot)
    shown = language if language != "auto" else _language_of(case)
    explanation = explain_leading(snapshot, index, case, model=model, language=shown)
    if certificate is not None:
        steps = [(step["kind"], step["edges"][0]) for step in explanation["steps"]]
        _write(certificate, certify(snapshot, index, case, steps=steps))
    if format == "json":
        typer.echo(json.dumps(explanation, ensure_ascii=False, indent=1))
        return
    typer.echo(f"{explanation['name']}  {explanation['disease']}  (steps chosen by {explanation['chosen_by']})")
    for step in explanation["steps"]:
        typer.echo(f"  {step['kind']}: {step['text']}  [{', '.join(step['references']) or 'the source itself'}]")
    for issue in explanation["issues"]:
        errors.print(issue, markup=False)


@app.command()
def verify(
    certificate: Annotated[Path, typer.Argument(help="The certificate.")],
    build: Annotated[str | None, typer.Option("--build", help="The build id that you trust.")] = None,
    graph: GraphOption = None,
    portable: Annotated[bool, typer.Option("--portable", help="Use no graph, even if one is there.")] = False,
    bolt: Annotated[str | None, typer.Option("--bolt", help="Check the edges in this database, too.")] = None,
    document: Annotated[Path | None, typer.Option("--document", help="The text that the case was read from.")] = None,
    user: Annotated[str | None, typer.Option("--user", envvar="NEO4J_USERNAME")] = None,
    password: Annotated[str | None, typer.Option("--password", envvar="NEO4J_PASSWORD")] = None,
) -> None:
    """Check a certificate: portable, against the graph, against a database."""
    from contextlib import ExitStack

    from kg_builder.snapshot import Snapshot
    from kg_builder.stores.bolt import BoltStore
    from reasoner.intake import document_reader
    from reasoner.verification import verify as verify_certificate
    from reasoner.vocabulary import SnapshotVocabulary, load_matcher

    try:
        held = json.loads(certificate.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(
            "not a certificate", value=certificate, remedy="Give the JSON that --certificate wrote"
        ) from error
    snapshot = None if portable else Snapshot.open(graph_folder(graph))
    reader = None
    if document is not None:
        if snapshot is None:
            raise InputError("a document is read with the graph's names", remedy="Leave out --portable or --document")
        reader = document_reader(SnapshotVocabulary(snapshot), load_matcher(snapshot))
    with ExitStack() as stack:
        store = stack.enter_context(BoltStore.connect(bolt, user=user, password=password)) if bolt else None
        try:
            text = document.read_bytes() if document else None
        except OSError as error:
            raise InputError("the document cannot be read", value=document, remedy="Check the path") from error
        issues = verify_certificate(held, build=build, snapshot=snapshot, document=text, reader=reader, store=store)
    for issue in issues:
        typer.echo(str(issue))
    if issues:
        raise typer.Exit(1)
    depths = [
        "portable",
        *(["snapshot"] if snapshot else []),
        *(["document"] if text else []),
        *(["database"] if bolt else []),
    ]
    typer.echo(f"verified: {', '.join(depths)}")


@app.command()
def load(
    bolt: Annotated[str, typer.Option("--bolt", help="Address of the database, such as bolt://localhost:7687.")],
    graph: GraphOption = None,
    user: Annotated[str | None, typer.Option("--user", envvar="NEO4J_USERNAME")] = None,
    password: Annotated[str | None, typer.Option("--password", envvar="NEO4J_PASSWORD")] = None,
    database: Annotated[str | None, typer.Option("--database", help="Name of the database.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Delete another build first.")] = False,
) -> None:
    """Load the graph into a Neo4j, or any database that speaks its protocol."""
    from kg_builder.snapshot import Snapshot
    from kg_builder.stores.bolt import BoltStore

    snapshot = Snapshot.open(graph_folder(graph))
    with BoltStore.connect(bolt, user=user, password=password, database=database) as store:
        _load(snapshot, store, replace=replace)
    typer.echo(f"loaded build {snapshot.build_id} into {bolt}")


@app.command()
def serve(
    graph: GraphOption = None,
    port: Annotated[int | None, typer.Option("--port", help="Port on loopback; a free one without it.")] = None,
) -> None:
    """Serve the graph as a Cypher database on this machine, with nothing to install but the extra `embedded`."""
    from kg_builder.snapshot import Snapshot
    from kg_builder.stores.bolt import BoltStore
    from kg_builder.stores.embedded import EmbeddedServer

    folder = graph_folder(graph)
    snapshot = Snapshot.open(folder)
    with EmbeddedServer.start(folder / "server", port=port) as server:
        with BoltStore.connect(
            server.uri, user=server.user, password=server.password, database=server.database
        ) as store:
            _load(snapshot, store, replace=True)
        typer.echo(f"serving build {snapshot.build_id[:16]} at {server.uri}")
        typer.echo(f"database {server.database}, user {server.user}")
        typer.echo(f"password {server.password}; stop with Ctrl-C")
        server.wait()


@evaluate_app.command("diagnosis")
def evaluate_diagnosis_command(
    cases: Annotated[Path, typer.Option("--cases", help="Folder, .tar.xz, .jsonl or .json of cases.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for rows.tsv, metrics.json and manifest.json.")],
    graph: GraphOption = None,
    candidates: Annotated[str, typer.Option("--candidates", help="all, or omim.")] = "all",
    uniform_prior: Annotated[
        bool, typer.Option("--uniform-prior", help="Take all diseases to be equally frequent.")
    ] = False,
) -> None:
    """Rank cases whose diagnosis is known, in three settings."""
    from kg_builder.snapshot import Snapshot
    from reasoner.evaluation import evaluate_diagnosis

    if candidates not in ("all", "omim"):
        raise InputError("unknown candidates", value=candidates, remedy="Write all or omim")
    snapshot = Snapshot.open(graph_folder(graph))
    options: dict[str, Any] = {"candidates": candidates, "uniform_prior": uniform_prior}
    with errors.status("evaluating", spinner="dots"):
        metrics = evaluate_diagnosis(snapshot, cases, out, **options)
    shown = ("top1", "top3", "top10", "macro_top1", "macro_top10")
    for setting, values in metrics["settings"].items():
        shares = ", ".join(f"{name} {100 * values[name]:.1f} %" for name in shown if values["n"])
        typer.echo(f"{setting}: n {values['n']}, {shares}")
    typer.echo(f"written to {out}")


def _open_case(graph: Path | None, source: str | None, terms: str | None, language: str) -> tuple[Snapshot, Case]:
    from kg_builder.snapshot import Snapshot
    from reasoner.intake import parse_terms, read_case
    from reasoner.vocabulary import SnapshotVocabulary, load_matcher

    if (source is None) == (terms is None):
        raise InputError(
            "give a case or terms", remedy="Write `aitia diagnose FILE` or `aitia diagnose --terms HP:…,-HP:…`"
        )
    if language not in ("auto", "en", "zh"):
        raise InputError("unknown language", value=language, remedy="Write auto, en or zh")
    snapshot = Snapshot.open(graph_folder(graph))
    vocabulary = SnapshotVocabulary(snapshot)
    if terms is not None:
        return snapshot, parse_terms(terms, vocabulary)
    return snapshot, read_case(
        str(source), ontology_names=vocabulary, language=language, matcher=load_matcher(snapshot)
    )


def _check_format(format: str, *known: str) -> None:
    if format not in known:
        raise InputError("unknown format", value=format, remedy=f"Write {' or '.join(known)}")


def _language_of(case: Case) -> str:
    quotes = "".join(finding.text or "" for finding in case.findings)
    return "zh" if any("\u4e00" <= character <= "\u9fff" for character in quotes) else "en"


def _load(snapshot: Snapshot, store: Any, *, replace: bool) -> None:
    from kg_builder.stores.load import load_graph

    nodes = (snapshot.node_at(number) for number in range(snapshot.node_count))
    edges = (snapshot.edge_at(number) for number in range(snapshot.edge_count))
    with errors.status("loading", spinner="dots") as status:
        load_graph(
            store,
            nodes,
            edges,
            snapshot.build_id,
            replace=replace,
            progress=lambda stage, done: status.update(f"{stage}: {done:,}"),
        )


def _write(path: Path, document: dict[str, Any]) -> None:
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        aside.replace(path)
    except OSError as error:
        raise InputError("the file cannot be written", value=path, remedy="Check the folder and its space") from error
