"""A State on one page, from the same documents and on the same day as the ranking."""
