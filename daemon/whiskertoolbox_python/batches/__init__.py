"""One function or pipeline for many items: sessions, intervals, entities; in processes or on a cluster."""
