"""Two kinds of stream: `request` (asked here) and `need` (read in a source)."""
