"""Our side of every benchmark: each function prepares what one process repeats. Loaded in that process only."""
