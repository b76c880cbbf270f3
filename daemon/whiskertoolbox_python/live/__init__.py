"""The objects in hand: kept, flushed to the store, updated from it."""
