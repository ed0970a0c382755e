"""The cases that examine a SEZ, a module for each subject."""
