"""What alterations of a certificate are made of: places chosen at random, and digits changed."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

__all__ = [
    "STATUSES",
    "Alteration",
    "Certificate",
    "copy_places",
    "counted_terms",
    "leave_out",
    "other_digit",
    "other_leading_digit",
    "rename",
    "some_claim",
    "some_number",
    "swap",
    "without",
]

Certificate = dict[str, Any]
Alteration = Callable[[Certificate, random.Random], None]
STATUSES = ["present", "absent", "possible", "conditional", "historical"]


def some_claim(certificate: Certificate, rng: random.Random) -> Certificate | None:
    return rng.choice(certificate["claims"]) if certificate["claims"] else None


def some_number(certificate: Certificate, rng: random.Random) -> Certificate | None:
    numbers = [number for claim in certificate["claims"] for number in claim["numbers"]]
    return rng.choice(numbers) if numbers else None


def counted_terms(certificate: Certificate) -> set[str]:
    findings = certificate["case"]["findings"]
    return {item["id"] for item in findings if item["status"] == "present" and item["experiencer"] == "patient"}


def without(value: Any, gone: str) -> Any:
    """The value without an id in any list."""
    if isinstance(value, dict):
        return {key: without(one, gone) for key, one in value.items()}
    if isinstance(value, list):
        return [without(one, gone) for one in value if one != gone]
    return value


def copy_places(certificate: Certificate) -> None:
    """Say in the claims what the differential says."""
    places = certificate["differential"]
    for claim, place in zip(certificate["claims"], places, strict=False):
        claim["disease"] = dict(place)
        claim["rivals"] = [rival["id"] for rival in places if rival is not place]


def rename(certificate: Certificate, entry: Certificate, name: str) -> None:
    """Another id in the differential and in the claims; there is no node of that id to prove its name."""
    entry["id"] = name
    copy_places(certificate)


def swap(one: Certificate, other: Certificate) -> None:
    for key in ("id", "name"):
        one[key], other[key] = other[key], one[key]


def leave_out(certificate: Certificate, number: int) -> None:
    gone = certificate["differential"].pop(number)
    if number < len(certificate["claims"]):
        certificate["claims"].pop(number)
    for rank, entry in enumerate(certificate["differential"], 1):
        entry["rank"] = rank
    certificate["nodes"] = [node for node in certificate["nodes"] if node["record"]["id"] != gone["id"]]
    copy_places(certificate)


def other_digit(text: str, rng: random.Random) -> str:
    """The text with one digit changed, so that its value changes."""
    places = [place for place, letter in enumerate(text) if letter.isdigit() and text[place - 1 : place] != "e"]
    place = rng.choice(places)
    digit = rng.choice([d for d in "0123456789" if d != text[place]])
    return text[:place] + digit + text[place + 1 :]


def other_leading_digit(text: str, rng: random.Random) -> str:
    """Another number: one of the first three significant digits is changed."""
    value = float(text)
    if not value:
        return text
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - rng.randint(0, 2))
    return f"{value + rng.choice([-1, 1]) * unit * 0.9:.6g}"
