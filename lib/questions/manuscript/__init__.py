"""Methods and results as text for a protocol or manuscript, with every number filled in."""
