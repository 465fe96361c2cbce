"""The reading pages: one module each, with `routes(frame)`."""
