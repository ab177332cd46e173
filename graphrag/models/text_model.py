"""A language model that answers a prompt in free text: it may only propose, what it writes is checked afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

__all__ = ["ScriptedText", "TextModel"]


class TextModel(Protocol):
    """Answers a prompt."""

    @property
    def name(self) -> str:
        """How reports call the model."""

    def complete(self, prompt: str) -> str:
        """The model's answer.

        Raises:
            ServiceError: the model does not answer.
        """


class ScriptedText:
    """The double of a model: gives its answers in turn, the last one again and again.

    Args:
        answers: what it says; at least one.
    """

    name = "scripted"

    def __init__(self, answers: Iterable[str]) -> None:
        self._answers = list(answers)
        self.prompts: list[str] = []

    def complete(self, prompt: str) -> str:
        """The next answer."""
        self.prompts.append(prompt)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
