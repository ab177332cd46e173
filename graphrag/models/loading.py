"""Open the model that `--model` names."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from graphrag.models.model import PathModel
from ontologies.errors import InputError

__all__ = ["Decoding", "load_model"]

Decoding = Literal["greedy", "sample", "beam"]


def load_model(name: str, *, decoding: Decoding = "beam", seed: int = 0) -> PathModel:
    """Open `transformers:PATH`; heavy imports happen only here.

    Raises:
        InputError: another form, no model there, or the packages are not installed.
    """
    kind, _, path = name.partition(":")
    if kind != "transformers" or not path:
        raise InputError("not a model", value=name, remedy="Write transformers:PATH with a folder that holds a model")
    try:
        from graphrag.models.transformers_model import TransformersModel
    except ModuleNotFoundError as error:
        remedy = "Run `pip install 'aitia[llm]'`, or leave --model out"
        raise InputError("the packages for local models are not installed", value=error.name, remedy=remedy) from error
    return TransformersModel.load(Path(path), decoding=decoding, seed=seed)
