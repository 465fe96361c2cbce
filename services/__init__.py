"""Bounded contexts, one folder each. They never import one another: they meet in `contracts/`."""
