"""Texts to findings: sections, mentions, assertion status, values."""
