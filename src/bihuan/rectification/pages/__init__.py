"""The domain's own pages: the round, the problem as a tree, the measure, the acts on it, queues and meetings."""
