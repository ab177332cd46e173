"""Tests of graphrag."""
