"""Published JSON Schemas of what is attached to documents, by the name and number of the format."""
