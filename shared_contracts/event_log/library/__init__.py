"""What the eventsourcing library asks of a store: recorders, mapper, subscription, tracking."""
