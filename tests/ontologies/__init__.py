"""Tests of the ontologies package."""
