"""Readers: one format per file; what they cannot read is a `FileFormatError` with line and remedy."""
