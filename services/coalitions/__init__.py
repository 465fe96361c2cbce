"""Country coalitions, ambassadors and other partnerships (docs/domain.md)."""
