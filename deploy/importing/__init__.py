"""Importing tables: read all, decide on all in memory, and only then write; a second time changes nothing."""
