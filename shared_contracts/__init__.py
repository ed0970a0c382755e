"""What both systems have agreed upon, and nothing else."""
