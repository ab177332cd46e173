"""Learned vectors of terms and diseases: how they are kept in a file, by id, one byte a number.

What is scored is what is kept: the numbers are rounded when the vectors are made, so that writing and reading them
changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ontologies.errors import InputError

__all__ = ["RankerVectors", "read_vectors", "shipped_vectors"]

Floats = npt.NDArray[np.float32]
FORMAT = "1"
_LEVELS = 127
_SHIPPED = ("default", "full")


@dataclass(frozen=True, slots=True, eq=False)
class RankerVectors:
    """What `aitia train ranker` learns.

    Args:
        terms: ids of the terms, sorted, as bytes.
        diseases: ids of the diseases, sorted, as bytes.
        term_steps: learned vector of each term in whole steps, int8, shape (terms, rank).
        term_scale: size of a step of each term's vector.
        disease_steps: vector of each disease in whole steps, int8, shape (diseases, rank).
        disease_scale: size of a step of each disease's vector, nats.
        origin: what they were fitted on and how, by name.
    """

    terms: npt.NDArray[np.bytes_]
    diseases: npt.NDArray[np.bytes_]
    term_steps: npt.NDArray[np.int8]
    term_scale: Floats
    disease_steps: npt.NDArray[np.int8]
    disease_scale: Floats
    origin: Mapping[str, str]

    @classmethod
    def of(
        cls,
        terms: npt.NDArray[np.bytes_],
        diseases: npt.NDArray[np.bytes_],
        *,
        term_vectors: Floats,
        disease_vectors: Floats,
        origin: Mapping[str, str],
    ) -> RankerVectors:
        """Round vectors to steps of a 127th of the largest number of each."""
        term_steps, term_scale = _rounded(term_vectors)
        disease_steps, disease_scale = _rounded(disease_vectors)
        return cls(
            terms,
            diseases,
            term_steps,
            term_scale,
            disease_steps,
            disease_scale,
            dict(sorted(origin.items())),
        )

    @property
    def rank(self) -> int:
        """Length of a vector."""
        return int(self.term_steps.shape[1])

    def term_vectors(self) -> Floats:
        """Learned vector of each term by itself, shape (terms, rank)."""
        return self.term_steps * self.term_scale[:, None]

    def disease_vectors(self) -> Floats:
        """Vector of each disease, shape (diseases, rank)."""
        return self.disease_steps * self.disease_scale[:, None]

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {
            "terms": self.terms,
            "diseases": self.diseases,
            "term_steps": self.term_steps,
            "term_scale": self.term_scale,
            "disease_steps": self.disease_steps,
            "disease_scale": self.disease_scale,
            "origin": np.array(json.dumps(dict(self.origin) | {"format": FORMAT}, sort_keys=True)),
        }

    @property
    def sha256(self) -> str:
        """Hash of the content, whatever file holds it."""
        digest = hashlib.sha256()
        for name, array in sorted(self._arrays().items()):
            digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def write(self, path: Path) -> None:
        """Write the vectors whole or not at all.

        Raises:
            InputError: the file cannot be written.
        """
        aside = path.with_name(f".{path.name}.part.npz")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                np.savez_compressed(file, allow_pickle=False, **self._arrays())
            aside.replace(path)
        except OSError as error:
            raise InputError(
                "the vectors cannot be written", value=path, remedy="Check the folder and its space"
            ) from error


def read_vectors(path: Path) -> RankerVectors:
    """Read a file of vectors.

    Raises:
        InputError: there is no such file, or it holds no vectors.
    """
    if not path.is_file():
        raise InputError("no such file of vectors", value=path, remedy="Write shipped, none or the file's path")
    try:
        # Opened here: numpy leaves the file open where it is no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        origin = json.loads(str(arrays.pop("origin")))
        known = origin.pop("format") == FORMAT
        vectors = RankerVectors(**arrays, origin=origin)
        fits = _is_consistent(vectors)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise InputError("not a file of vectors", value=path, remedy="Make one by `aitia train ranker`") from error
    if not known or not fits:
        raise InputError("vectors of another version", value=path, remedy="Fit them again by `aitia train ranker`")
    return vectors


def shipped_vectors(diseases: npt.NDArray[np.bytes_]) -> tuple[RankerVectors, float]:
    """The shipped vectors whose diseases are nearest to a graph's, and how near: shared ids over all ids, 0 to 1.

    Args:
        diseases: ids of the graph's diseases, sorted.
    """
    folder = resources.files("reasoner.ranking") / "vectors"
    overlaps: list[tuple[float, str]] = []
    for name in _SHIPPED:
        with resources.as_file(folder / f"{name}.npz") as path, np.load(path, allow_pickle=False) as held:
            known = held["diseases"]
        shared = len(np.intersect1d(diseases, known, assume_unique=True))
        overlaps.append((shared / max(len(diseases) + len(known) - shared, 1), name))
    overlap, nearest = max(overlaps)
    with resources.as_file(folder / f"{nearest}.npz") as path:
        return read_vectors(path), overlap


def _rounded(vectors: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    scale = (np.abs(vectors).max(axis=1, initial=0.0) / _LEVELS).astype(np.float32)
    steps = np.rint(vectors / np.where(scale > 0, scale, np.float32(1))[:, None])
    return steps.astype(np.int8), scale


def _is_consistent(vectors: RankerVectors) -> bool:
    terms, diseases, rank = len(vectors.terms), len(vectors.diseases), vectors.rank
    return (
        vectors.term_steps.shape == (terms, rank)
        and vectors.disease_steps.shape == (diseases, rank)
        and vectors.term_scale.shape == (terms,)
        and vectors.disease_scale.shape == (diseases,)
    )
