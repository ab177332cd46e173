"""Fit how sure a ranking is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reasoner.cli.options import GraphOption, check_file, errors, graph_folder, path_option, write_json

__all__ = ["train_confidence"]


def train_confidence(
    out: Annotated[Path, path_option("--out", "File for the coefficients.")],
    graph: GraphOption = None,
    patients: Annotated[
        int, typer.Option("--patients", min=10, help="Simulated patients, present and as many absent.")
    ] = 6000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the simulated patients.")] = 0,
    calibrate: Annotated[
        Path | None, path_option("--calibrate", "Cases whose tuning part (a fifth of the diseases) calibrates.")
    ] = None,
) -> None:
    """Fit the confidence on patients simulated from the graph, its newest diseases playing those it lacks."""
    from kg_builder.snapshot import Snapshot
    from reasoner.evaluation.confidence_calibration import calibrated
    from reasoner.evaluation.confidence_evaluation import confidence_rows
    from reasoner.evaluation.read_cases import read_cases
    from reasoner.ranking.case_ranker import CaseRanker
    from reasoner.ranking.confidence import ConfidenceEstimator, open_reader
    from reasoner.ranking.confidence_fit import fit_confidence, simulate_rankings

    check_file(out)
    ranker = CaseRanker.open(Snapshot.open(graph_folder(graph)))
    with errors.status("simulating patients", spinner="dots") as status:
        model = fit_confidence(simulate_rankings(ranker, patients=patients, seed=seed, progress=status.update))
        if calibrate is not None:
            status.update("calibrating")
            estimator = ConfidenceEstimator(open_reader(ranker.index), model)
            model = calibrated(model, confidence_rows(ranker, read_cases(calibrate)[0], estimator=estimator))
    write_json(out, model.document())
    typer.echo(f"written to {out}")
