"""Measurements on cases whose diagnosis is known."""
