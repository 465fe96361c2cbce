"""Possible coalitions: which donors could help a State near completion together, and what to ask them first."""
