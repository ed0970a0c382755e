"""The one writer: grouped commits, locks of objects, rows as PostgreSQL takes them."""
