"""The service's read models, one file per document."""
