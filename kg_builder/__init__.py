"""Sources and texts to graph: nodes, edges, evidence, snapshot and stores."""
