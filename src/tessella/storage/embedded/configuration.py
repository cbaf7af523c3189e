"""PostgreSQL's configuration files, written anew at each start, so that an upgrade of Tessella brings its settings.

What an administrator sets with `ALTER SYSTEM` stays: PostgreSQL reads it after these.
"""

from __future__ import annotations

import os
from pathlib import Path

from tessella.storage.embedded.accounts import Account, give_to, serving_account
from tessella.storage.embedded.layout import Layout
from tessella.storage.embedded.roles import APP, SUPERUSER

# Connections: an idle worker has three to five, a busy one up to sixteen, and there may be 64 workers. One that gets
# none cannot write.
_SETTINGS = """\
listen_addresses = ''
port = 5432
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
max_connections = 500

shared_buffers = 128MB
effective_cache_size = 1GB
maintenance_work_mem = 128MB
dynamic_shared_memory_type = posix
jit = off

fsync = on
full_page_writes = on
synchronous_commit = on
min_wal_size = 512MB
max_wal_size = 2GB
checkpoint_timeout = 15min

log_destination = stderr
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
log_timezone = UTC
timezone = UTC
"""

# Everybody else is rejected: a connection that no line names is refused.
_CLIENTS = """\
local all {superuser} peer map=tessella
local all {app} peer map=tessella
"""

_NAMES = """\
tessella "{account}" {superuser}
tessella "{account}" {app}
"""


def configure(layout: Layout, account: Account) -> None:
    """Write the settings, who may connect, and which account is which role."""
    names = {"superuser": SUPERUSER, "app": APP, "account": serving_account().name}
    _replace(layout.data / "postgresql.conf", _SETTINGS.format(socket_folder=layout.socket_folder(account)), account)
    _replace(layout.data / "pg_hba.conf", _CLIENTS.format(**names), account)
    _replace(layout.data / "pg_ident.conf", _NAMES.format(**names), account)


def _replace(path: Path, text: str, account: Account) -> None:
    """Write aside and rename: as root we write in another account's folder and must not follow its links."""
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    give_to(account, aside)
    aside.replace(path)
