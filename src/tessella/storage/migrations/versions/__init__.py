"""One module and one SQL file a migration."""
