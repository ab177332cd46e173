"""Stores of a graph behind one protocol: the snapshot, and any Cypher server over Bolt."""
