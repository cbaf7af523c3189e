"""What units were given and what they brought, stored and counted in one statement."""
