"""Country coalitions, ambassadors and other partnerships (DOMAIN.md, "coalitions")."""
