"""One blueprint a resource; a view parses, calls one use case, answers."""
