"""Assistance requests: what States ask for, and what pledges cover of it."""
