"""Certificates, and their verification without a model."""
