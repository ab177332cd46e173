"""Prompts are files with declared inputs, checked when they are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from string import Template

from ontologies.errors import FileFormatError, InputError

__all__ = ["Prompt", "load_prompt", "parse_prompt"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text with named places.

    Args:
        name: of the file, without its ending.
        inputs: the names of its places, sorted.
        text: with `${input}` at each place.
    """

    name: str
    inputs: tuple[str, ...]
    text: str

    def render(self, **values: str) -> str:
        """The text with every place filled.

        Raises:
            InputError: a value is missing, or one is not an input of the prompt.
        """
        if tuple(sorted(values)) != self.inputs:
            remedy = f"Give exactly {', '.join(self.inputs)}"
            raise InputError(f"wrong inputs for the prompt {self.name}", value=", ".join(sorted(values)), remedy=remedy)
        return Template(self.text).substitute(values)


def load_prompt(name: str) -> Prompt:
    """Read a prompt that ships with the package."""
    return parse_prompt(name, files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8"))


def parse_prompt(name: str, content: str) -> Prompt:
    """A first line `inputs: a, b`, a line `---`, then the text; its last line break is not part of it.

    Raises:
        FileFormatError: another form, or the places in the text are not the declared inputs.
    """
    head, separator, text = content.partition("\n---\n")
    declared, _, names = head.partition(":")
    inputs = tuple(sorted(part.strip() for part in names.split(",") if part.strip()))
    places = Template(text).get_identifiers()
    if declared != "inputs" or not separator or not Template(text).is_valid() or tuple(sorted(places)) != inputs:
        remedy = "Declare each ${place} of the text, and only those, in a first line `inputs: a, b`"
        raise FileFormatError("a prompt does not declare its inputs", value=name, remedy=remedy)
    return Prompt(name, inputs, text.removesuffix("\n"))
