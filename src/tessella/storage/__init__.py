"""PostgreSQL: sessions, repositories in named SQL, and the embedded server."""
