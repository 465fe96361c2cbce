"""Who asks, and what they may do. Decided in one place."""
