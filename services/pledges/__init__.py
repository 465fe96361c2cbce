"""Donors: who they are, what they promise, what they gave."""
