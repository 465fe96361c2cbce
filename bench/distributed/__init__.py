"""What the distributed system carries, beside what its database and its broker do by themselves."""
