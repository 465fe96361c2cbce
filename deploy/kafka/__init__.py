"""Who may do what on Kafka: the list of rights, giving them to a broker's users, and asking what a user may do."""
