"""The read side over all topics: who is near completion, statistics, profiles, as-of and what-if."""
