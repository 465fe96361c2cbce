"""Real servers as plain local processes, where there is no Docker: MongoDB's protocol and Kafka.

For tests and for trying the distributed system on one machine; not for production.
"""
