"""SQLite as a log: one writer thread, group commit, durability set and read back."""
