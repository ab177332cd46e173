"""Readers of sources, one file each: `read_<source>` yields nodes and edges."""
