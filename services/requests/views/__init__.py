"""What can be read here: requests, drafts, contacts, and needs read in sources."""
