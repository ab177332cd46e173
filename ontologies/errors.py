"""The one exception tree of Aitia.

    AitiaError                      exit code
    ├── InputError                  2   what the user gave cannot be used
    │   ├── TermIdError             2   not a CURIE, or a prefix nobody knows
    │   ├── FileFormatError         2   a file is not what its reader reads
    │   └── UnknownTermError        2   an identifier that no source holds
    ├── VerificationError           1   a check found problems
    ├── GuardError                  3   refused by a guard (write query, remote model, licence)
    ├── LimitError                  4   a limit cut the answer
    ├── ServiceError                5   a service could not be reached
    │   └── SourceError             5   a source could not be reached or is not the pinned one
    └── GraphError                  6   no usable graph
        ├── GraphMissingError       6   nothing was built there
        └── GraphDamagedError       6   a file is truncated, altered or of another version

Every error holds the offending value and says the remedy. `str(error)` is one line.
"""

from __future__ import annotations

__all__ = [
    "AitiaError",
    "FileFormatError",
    "GraphDamagedError",
    "GraphError",
    "GraphMissingError",
    "GuardError",
    "InputError",
    "LimitError",
    "ServiceError",
    "SourceError",
    "TermIdError",
    "UnknownTermError",
    "VerificationError",
]


class AitiaError(Exception):
    """Base of all errors: a message, the offending value and the remedy.

    Args:
        message: what is wrong, without a final full stop.
        value: the offending value, shown in the one line.
        remedy: what the user can do about it.
    """

    exit_code = 1

    def __init__(self, message: str, *, value: object = None, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.value = value
        self.remedy = remedy

    def __str__(self) -> str:
        shown = "" if self.value is None else f": {_one_line(self.value)}"
        remedy = f". {self.remedy}" if self.remedy else ""
        return f"{self.message}{shown}{remedy}"


class InputError(AitiaError):
    """What the user gave cannot be used."""

    exit_code = 2


class TermIdError(InputError):
    """Not an identifier of the form PREFIX:LOCAL."""


class FileFormatError(InputError):
    """A file is not what its reader reads."""


class UnknownTermError(InputError):
    """An identifier that the ontology or the graph does not hold."""


class VerificationError(AitiaError):
    """A check found problems."""

    exit_code = 1


class GuardError(AitiaError):
    """Refused by a guard: a query that writes, a remote model, a licence."""

    exit_code = 3


class LimitError(AitiaError):
    """A limit cut the answer."""

    exit_code = 4


class ServiceError(AitiaError):
    """A service could not be reached."""

    exit_code = 5


class SourceError(ServiceError):
    """A source could not be reached, or is not the pinned one."""


class GraphError(AitiaError):
    """No usable graph."""

    exit_code = 6


class GraphMissingError(GraphError):
    """Nothing was built in the graph's folder."""


class GraphDamagedError(GraphError):
    """A file of the graph is truncated, altered or of another version."""


def _one_line(value: object, limit: int = 120) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
