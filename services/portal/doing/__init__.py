"""Forms: one for every command of the services, made from their contracts, with texts written by hand."""
