"""The goods entrance and the shelves: sources in, records, passages and indexes out. Never calls a chat model."""
