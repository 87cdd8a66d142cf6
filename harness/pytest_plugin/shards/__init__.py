"""A run in shards: each draws its items and decides nothing; who merges them decides."""
