"""The `aitia` command: one file for each of its commands."""
