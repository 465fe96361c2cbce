"""The web pages: what insights says, for people. No script, no tracking, nothing from other sites."""
