"""Canonical bytes of a record: what is hashed, on any machine, in any language.

A record is a flat mapping of strings to strings, integers, booleans, null or lists of strings. Floating-point numbers
are refused: a decimal is written as a string, so that no two machines disagree on its bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

__all__ = ["PropertyValue", "Record", "canonical_json", "content_id"]

PropertyValue = str | int | bool | None | Sequence[str]
Record = Mapping[str, PropertyValue]

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=list)


def canonical_json(record: object) -> bytes:
    """UTF-8 JSON with sorted keys and no white space.

    >>> canonical_json({"b": 1, "a": ["é", None]}).decode()
    '{"a":["é",null],"b":1}'
    """
    return _ENCODER.encode(record).encode()


def content_id(*parts: object) -> str:
    """The first 128 bits, as 32 hex digits, of the SHA-256 of the canonical list of the parts."""
    return hashlib.sha256(canonical_json(parts)).hexdigest()[:32]
