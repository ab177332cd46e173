"""What a language model proposes, checked against the graph and fused with its ranking."""
