"""What the terms mean: identifiers, terms, hierarchies, annotations, code systems and their readers."""
