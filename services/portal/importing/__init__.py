"""A table of figures from outside: read, shown row by row with what it would change, and then recorded whole."""
