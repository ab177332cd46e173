"""A patient: findings from text, phenopackets or terms."""
