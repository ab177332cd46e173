"""Diagnose a case."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from reasoner.cli.opening import language_of, open_case
from reasoner.cli.options import (
    CandidatesOption,
    CertificateOption,
    FormatOption,
    GraphOption,
    InputArgument,
    LanguageOption,
    RankerOption,
    TermsOption,
    UniformPriorOption,
    check_choice,
    errors,
    write_json,
)

__all__ = ["diagnose"]


def diagnose(
    input: InputArgument = None,
    terms: TermsOption = None,
    graph: GraphOption = None,
    format: FormatOption = "text",
    top: Annotated[int, typer.Option("--top", min=1, help="How many diagnoses.")] = 10,
    language: LanguageOption = "auto",
    candidates: CandidatesOption = "all",
    uniform_prior: UniformPriorOption = False,
    ranker: RankerOption = "shipped",
    certificate: CertificateOption = None,
) -> None:
    """Rank the diagnoses of one case and explain each."""
    from reasoner.diagnosis.diagnosis import diagnose as diagnose_case
    from reasoner.diagnosis.report import markdown_report, text_report
    from reasoner.proof.certificate import certify
    from reasoner.ranking.ranker_choice import open_ranker

    check_choice("format", format, "text", "json", "markdown")
    check_choice("candidates", candidates, "all", "omim")
    snapshot, case = open_case(graph, input, terms, language)
    index, issues = open_ranker(snapshot, ranker)
    for issue in issues:
        errors.print(str(issue), markup=False)
    options: dict[str, Any] = {"candidates": candidates, "uniform_prior": uniform_prior}
    diagnosis = diagnose_case(snapshot, index, case, top=top, **options)
    if certificate is not None:
        write_json(certificate, certify(snapshot, index, case, language=language, **options))
    if format == "json":
        typer.echo(json.dumps(diagnosis.to_dict(), ensure_ascii=False, indent=1))
        return
    shown = language if language != "auto" else language_of(case)
    report = text_report if format == "text" else markdown_report
    typer.echo(report(diagnosis, snapshot, language=shown), nl=False)
