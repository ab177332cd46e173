"""Hypotheses, rules and proof: cases, ranking, certificates, evaluation and the command line."""
