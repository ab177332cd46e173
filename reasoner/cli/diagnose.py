"""Diagnose a case, or a cohort."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ontologies.errors import InputError
from reasoner.cli.opening import language_of, open_case
from reasoner.cli.options import (
    A_MODEL,
    MANY_CASES,
    CandidatesOption,
    CertificateOption,
    FormatOption,
    GraphOption,
    InputArgument,
    LanguageOption,
    RankerOption,
    SettingOption,
    TermsOption,
    UniformPriorOption,
    check_choice,
    check_file,
    errors,
    graph_folder,
    path_option,
    write_json,
)

if TYPE_CHECKING:
    from reasoner.cohort.engine import Engine
    from reasoner.intake.case import Case
    from reasoner.proposals.proposal import DiseaseProposal

__all__ = ["diagnose"]

GenesOption = Annotated[
    Path | None,
    path_option("--genes", "The patient's genes: a list, a VEP table or an Exomiser table."),
]
ProposerOption = Annotated[
    str | None,
    typer.Option(
        "--proposer",
        help="A model that proposes: langchain:PROVIDER:MODEL, or a table of its answers.",
        rich_help_panel=A_MODEL,
    ),
]
AllowRemoteOption = Annotated[
    bool,
    typer.Option(
        "--allow-remote", help="Let the case leave this machine, to a model that you name.", rich_help_panel=A_MODEL
    ),
]
OutOption = Annotated[
    Path | None,
    path_option(
        "--out",
        "INPUT is a folder, .tar.xz or .jsonl: write a line for each case into this .jsonl.",
        rich_help_panel=MANY_CASES,
    ),
]
JobsOption = Annotated[
    int, typer.Option("--jobs", min=0, help="How many processes; 0 for one per core.", rich_help_panel=MANY_CASES)
]
EngineOption = Annotated[str, typer.Option("--engine", help="processes, or ray.", rich_help_panel=MANY_CASES)]
ExplainedOption = Annotated[
    bool, typer.Option("--explained", help="Keep every explanation.", rich_help_panel=MANY_CASES)
]


def diagnose(
    input: InputArgument = None,
    terms: TermsOption = None,
    genes: GenesOption = None,
    format: FormatOption = "text",
    top: Annotated[int, typer.Option("--top", min=1, help="How many diagnoses.")] = 10,
    certificate: CertificateOption = None,
    language: LanguageOption = "auto",
    graph: GraphOption = None,
    setting: SettingOption = "hospital",
    candidates: CandidatesOption = "all",
    uniform_prior: UniformPriorOption = False,
    ranker: RankerOption = "shipped",
    proposer: ProposerOption = None,
    allow_remote: AllowRemoteOption = False,
    out: OutOption = None,
    jobs: JobsOption = 0,
    engine: EngineOption = "processes",
    explained: ExplainedOption = False,
) -> None:
    """Rank the diagnoses of one case and explain each; of many cases, write a line for each."""
    check_choice("format", format, "text", "json", "markdown")
    check_choice("candidates", candidates, "all", "omim")
    check_choice("setting", setting, "hospital", "genetics")
    check_choice("engine", engine, "processes", "ray")
    check_choice("language", language, "auto", "en", "zh")
    options: dict[str, Any] = {
        "candidates": candidates,
        "setting": setting,
        "uniform_prior": uniform_prior,
        "ranker": ranker,
    }
    if out is not None:
        if genes is not None or proposer is not None or certificate is not None or terms is not None:
            raise InputError(
                "--out is for many cases", value=out, remedy="Leave out --terms, --genes, --proposer and --certificate"
            )
        _diagnose_cohort(input, graph_folder(graph), out, language, top, explained, engine, jobs, options)
        return
    if explained or jobs or engine != "processes":
        raise InputError("for many cases alone", value="--explained, --jobs, --engine", remedy="Add --out FILE.jsonl")
    _diagnose_one(input, terms, graph, format, top, language, genes, (proposer, allow_remote), certificate, options)


def _diagnose_one(
    source: str | None,
    terms: str | None,
    graph: Path | None,
    format: str,
    top: int,
    language: str,
    genes: Path | None,
    proposer: tuple[str | None, bool],
    certificate: Path | None,
    options: dict[str, Any],
) -> None:
    from reasoner.diagnosis.diagnosis import diagnose as diagnose_case
    from reasoner.diagnosis.document import diagnosis_document
    from reasoner.diagnosis.report import markdown_report, text_report
    from reasoner.intake.gene_list import read_gene_list
    from reasoner.ranking.case_ranker import CaseRanker

    if certificate is not None:
        check_file(certificate)
    snapshot, case = open_case(graph, source, terms, language)
    ranker = CaseRanker.open(snapshot, **options)
    listed = None if genes is None else read_gene_list(genes)
    beside: dict[str, Any] = {
        "genes": () if listed is None else listed.genes,
        "proposals": _propose(case, *proposer),
    }
    diagnosis = diagnose_case(snapshot, ranker, case, top=top, **beside)
    for issue in (*ranker.issues, *(() if listed is None else listed.issues)):
        errors.print(str(issue), markup=False)
    if certificate is not None:
        from reasoner.proof.certificate import certify

        write_json(certificate, certify(snapshot, ranker, case, language=language, **beside))
    if format == "json":
        typer.echo(json.dumps(diagnosis_document(diagnosis), ensure_ascii=False, indent=1))
        return
    report = text_report if format == "text" else markdown_report
    typer.echo(report(diagnosis, language=language if language != "auto" else language_of(case)), nl=False)


def _propose(case: Case, proposer: str | None, allow_remote: bool) -> list[DiseaseProposal]:
    if proposer is None:
        return []
    from reasoner.proposals.proposal import ModelProposer, RecordedProposals

    if proposer.startswith("langchain:"):
        from graphrag.models.langchain_model import load_chat_model

        return list(ModelProposer(load_chat_model(proposer, allow_remote=allow_remote)).propose(case))
    return list(RecordedProposals(Path(proposer)).propose(case))


def _diagnose_cohort(
    source: str | None,
    graph: Path,
    out: Path,
    language: str,
    top: int,
    explained: bool,
    engine: str,
    jobs: int,
    options: dict[str, Any],
) -> None:
    from kg_builder.snapshot import Snapshot
    from reasoner.cohort.run import open_case_worker, run_cohort
    from reasoner.ranking.case_ranker import CaseRanker

    if source is None:
        raise InputError("no cases", remedy="Name a folder, a .tar.xz or a .jsonl file")
    open_worker = partial(open_case_worker, graph, language=language, top=top, explained=explained, options=options)
    snapshot = Snapshot.open(graph)
    # Once here, so that what is wrong with it is said in one line before any worker dies of it.
    for issue in CaseRanker.open(snapshot, **options).issues:
        errors.print(str(issue), markup=False)
    run = {"build": snapshot.build_id, "cases": Path(source).name, "explained": explained, "top": top}
    chosen = _engine(engine, open_worker, jobs or os.cpu_count() or 1)
    with errors.status("diagnosing", spinner="dots") as status:
        counts = run_cohort(
            Path(source),
            out,
            chosen,
            run=run | options | {"language": language},
            progress=lambda done: status.update(f"diagnosing: {done:,} cases"),
        )
    before = f", {counts.before:,} were there before" if counts.before else ""
    errors.print(f"{_cases(counts.done)} written to {out}{before}", markup=False)
    if counts.broken:
        message = f"{_cases(counts.broken)} could not be read: see the lines with an error in {out}"
        errors.print(message, style="red", markup=False)
        raise typer.Exit(1)


def _cases(count: int) -> str:
    return f"{count:,} case{'' if count == 1 else 's'}"


def _engine(name: str, open_worker: Any, jobs: int) -> Engine:
    if name == "ray":
        from reasoner.cohort.ray_engine import RayEngine

        return RayEngine(open_worker, jobs=jobs, address=os.environ.get("RAY_ADDRESS"))
    from reasoner.cohort.engine import ProcessEngine

    return ProcessEngine(open_worker, jobs=jobs)
