"""What a reader finds in the notes beside this file: each is invented, its text, a line `=====`, and what it says.

`+` is present in the patient and nothing else is, but for `~`, which may be found or left; `-` absent, `!` a trap:
named in the note, but of a relative, past, doubted, conditional or ruled out. `diagnosis` lists parts of names, `=` a
whole one, any of which is right; `rank` is the place that a good tool gives it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NOTES", "Expected", "read_expected"]

NOTES = sorted(Path(__file__).parent.glob("*.txt"))


@dataclass(frozen=True, slots=True)
class Expected:
    """A note and what is right for it."""

    name: str
    text: str
    sex: str | None
    age_years: float | None
    present: frozenset[str]
    absent: frozenset[str]
    traps: frozenset[str]
    allowed: frozenset[str]
    diagnoses: tuple[str, ...]
    rank: int

    def is_right(self, disease: str) -> bool:
        """Whether the name of a disease is an accepted diagnosis."""
        low = disease.lower()
        return any(low == part[1:] if part.startswith("=") else part in low for part in self.diagnoses)


def read_expected(path: Path) -> Expected:
    """A note of this folder, or of one like it."""
    text, _, said = path.read_text("utf-8").partition("=====\n")
    field = dict(re.findall(r"^(sex|age|diagnosis|rank) (.+)$", said, re.MULTILINE))
    signs = {sign: frozenset(re.findall(rf"^{re.escape(sign)}(HP:\d+)", said, re.MULTILINE)) for sign in "+-!~"}
    return Expected(
        path.stem,
        text,
        None if field["sex"] == "-" else field["sex"],
        None if field["age"] == "-" else float(field["age"]),
        signs["+"],
        signs["-"],
        signs["!"],
        signs["~"],
        tuple(part.strip().lower() for part in field["diagnosis"].split(";")),
        int(field["rank"]),
    )
