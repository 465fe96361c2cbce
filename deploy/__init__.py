"""Ways to run: composition roots over the services, and the command line."""
