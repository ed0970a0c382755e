"""The cases that examine a Registry, a module for each subject."""
