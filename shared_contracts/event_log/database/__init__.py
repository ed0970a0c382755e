"""The PostgreSQL server and its schema: sessions, migrations, an embedded server."""
