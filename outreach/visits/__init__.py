"""International visits and the events people are invited to: read, checked, opened, told of, kept."""
