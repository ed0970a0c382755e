"""What the project costs beside named baselines, measured in one run (`make bench`)."""
