"""Explain the leading diagnosis."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from reasoner.cli.opening import language_of, open_case
from reasoner.cli.options import (
    CertificateOption,
    GraphOption,
    InputArgument,
    LanguageOption,
    RankerOption,
    TermsOption,
    check_choice,
    check_file,
    errors,
    write_json,
)

__all__ = ["explain"]


def explain(
    input: InputArgument = None,
    terms: TermsOption = None,
    graph: GraphOption = None,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    language: LanguageOption = "auto",
    model: Annotated[
        str | None, typer.Option("--model", help="transformers:PATH; without it the numbers choose.")
    ] = None,
    ranker: RankerOption = "shipped",
    certificate: CertificateOption = None,
) -> None:
    """Give the chain of thought for the leading diagnosis, each step an edge of the graph."""
    from reasoner.diagnosis.diagnosis import diagnose
    from reasoner.diagnosis.explanation import explain_leading
    from reasoner.diagnosis.explanation_text import explanation_text
    from reasoner.proof.certificate import certify
    from reasoner.proof.certified_step import steps_of
    from reasoner.ranking.case_ranker import CaseRanker

    check_choice("format", format, "text", "json")
    if certificate is not None:
        check_file(certificate)
    snapshot, case = open_case(graph, input, terms, language)
    case_ranker = CaseRanker.open(snapshot, ranker=ranker)
    for issue in case_ranker.issues:
        errors.print(str(issue), markup=False)
    shown = language if language != "auto" else language_of(case)
    diagnosis = diagnose(snapshot, case_ranker, case, top=1, explained=False)
    explanation = explain_leading(diagnosis, model=model, language=shown)
    if certificate is not None:
        chosen = {"steps": steps_of(explanation), "steps_by": explanation["chosen_by"]}
        write_json(certificate, certify(snapshot, case_ranker, case, language=language, **chosen))
    if format == "json":
        typer.echo(json.dumps(explanation, ensure_ascii=False, indent=1))
        return
    typer.echo(explanation_text(explanation, language=shown), nl=False)
    for said in explanation["issues"]:
        errors.print(said, markup=False)
