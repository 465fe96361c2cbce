"""The edge: problems, callers, writing and reading over HTTP."""
