"""The embedded PostgreSQL 16: a private server in `TESSELLA_HOME`, shared by the processes that use it.

    with start(home) as server:
        psycopg.connect(server.dsn())

`start` makes the cluster when there is none, joins the server when another process runs it, and starts it otherwise.
The server ends when the last process that called `start` has closed it or has died, however it died.
"""

from tessella.storage.embedded.roles import APP, DATABASE, OWNER, SUPERUSER, create_database, create_roles
from tessella.storage.embedded.server import Server, dsn_of, start, start_again
from tessella.storage.embedded.status import State, Status, status

__all__ = [
    "APP",
    "DATABASE",
    "OWNER",
    "SUPERUSER",
    "Server",
    "State",
    "Status",
    "create_database",
    "create_roles",
    "dsn_of",
    "start",
    "start_again",
    "status",
]
