"""Inspections of systems in operation: opened, ended, their document and its copies (S95-18a)."""
