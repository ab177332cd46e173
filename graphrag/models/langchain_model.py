"""Any chat model of LangChain, local or hosted; a hosted one only where the user allows it."""

from __future__ import annotations

from typing import Any

from ontologies.errors import GuardError, InputError, ServiceError

__all__ = ["LangChainText", "load_chat_model"]

LOCAL_PROVIDERS = frozenset({"ollama", "huggingface_pipeline"})
"""Providers of LangChain that run on the user's machine unless told otherwise."""


class LangChainText:
    """Answers by a chat model of LangChain.

    Args:
        chat_model: has `invoke`, as every chat model has.
        name: how reports call it.
    """

    def __init__(self, chat_model: Any, *, name: str = "langchain") -> None:
        self.name = name
        self._chat_model = chat_model

    def complete(self, prompt: str) -> str:
        """The text of the model's answer.

        Raises:
            ServiceError: the model cannot be reached.
        """
        try:
            answer = self._chat_model.invoke(prompt)
        except (OSError, RuntimeError, ValueError) as error:
            raise ServiceError("the model did not answer", value=error, remedy="Is its server running?") from error
        content = getattr(answer, "content", answer)
        if isinstance(content, list):
            return "".join(part if isinstance(part, str) else str(part.get("text", "")) for part in content)
        return str(content)


def load_chat_model(name: str, *, allow_remote: bool = False) -> LangChainText:
    """Open `langchain:PROVIDER:MODEL`, such as `langchain:ollama:qwen2.5`.

    Args:
        name: provider and model as LangChain's `init_chat_model` takes them.
        allow_remote: the user lets the case leave the machine.

    Raises:
        GuardError: the provider is not a local one and remote models are not allowed.
        InputError: another form, or the packages are not installed.
    """
    kind, _, spelled = name.partition(":")
    provider, _, model = spelled.partition(":")
    if kind != "langchain" or not provider or not model:
        raise InputError("not a chat model", value=name, remedy="Write langchain:PROVIDER:MODEL")
    if provider not in LOCAL_PROVIDERS and not allow_remote:
        raise GuardError(
            "this model may send the case off your machine",
            value=name,
            remedy="Allow it by --allow-remote, or use ollama",
        )
    try:
        from langchain.chat_models import init_chat_model

        return LangChainText(init_chat_model(model, model_provider=provider), name=spelled)
    except ImportError as error:
        remedy = "Run `pip install 'aitia[langchain]'` and install the provider's own package"
        raise InputError("the packages for this model are not installed", value=error.name, remedy=remedy) from error
