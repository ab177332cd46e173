"""Question to grounded context: linking, retrieval, language-model adapters."""
