"""MongoDB, and servers that speak its protocol: one document is written whole or not at all, and nothing
more is asked of them. No transactions over several documents, no change streams, so that one server, a
replica set and FerretDB all do (docs/adr/0010).
"""
