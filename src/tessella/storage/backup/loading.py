"""Pass a dump through pg_restore and psql in one transaction, which is committed only when everything is there."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Final

from psycopg import sql

from tessella.storage.backup.archive import Backup
from tessella.storage.backup.errors import RestoreFailed
from tessella.storage.backup.programs import Program, connecting, environment
from tessella.storage.backup.running import running
from tessella.storage.backup.sums import FIXED_TEXT, SCHEMAS, comparison

_PIECE: Final = 1 << 20
#: The owner makes everything anew, so that everything is the owner's. `db init` may have left an empty schema.
_BEGIN: Final = f"""
SET client_min_messages = error; SET statement_timeout = 0;
BEGIN;
SET LOCAL ROLE tessella_owner;
DROP SCHEMA IF EXISTS {", ".join(SCHEMAS)} CASCADE;
"""
#: The dump has turned off row security, under which an owner reads nothing; its policies show the owner every row.
_COMPARE: Final = f"SET row_security = on; {FIXED_TEXT};\n"
_COMMIT: Final = "COMMIT;\n"


def load(backup: Backup, dsn: str, pg_restore: Program, psql: Program) -> None:
    """Everything of the dump, or nothing. Raises `RestoreFailed` with the first thing that was wrong."""
    command = [str(psql.path), "--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", connecting(dsn)]
    with running(command, environment(dsn)) as database:
        with suppress(BrokenPipeError):  # psql has ended: it says why
            database.input.write(_BEGIN.encode())
            _copy_script(backup, pg_restore, database.input)
            database.input.write("".join(_checks(backup)).encode())
            database.input.close()
        complaint = database.complaint()
        if complaint is not None:
            raise RestoreFailed(complaint)


def _copy_script(backup: Backup, pg_restore: Program, target: IO[bytes]) -> None:
    """The dump as SQL."""
    command = [str(pg_restore.path), "--no-owner", "--file=-"]
    with running(command, environment()) as script, _fed(backup, script.input):
        shutil.copyfileobj(script.output, target, _PIECE)
        complaint = script.complaint()
        if complaint is not None:
            raise RestoreFailed(complaint)


@contextmanager
def _fed(backup: Backup, target: IO[bytes]) -> Iterator[None]:
    """A thread that writes the dump to `target`, for the time of the block."""

    def feed() -> None:
        # Its reader has ended, or the pipe was closed because psql has: both are told elsewhere.
        with suppress(BrokenPipeError, ValueError), backup.dump() as dump, target:
            shutil.copyfileobj(dump, target, _PIECE)

    feeding = threading.Thread(target=feed, daemon=True)
    feeding.start()
    yield
    feeding.join()


def _checks(backup: Backup) -> Iterator[str]:
    """Compare every table, gather statistics, and commit."""
    yield _COMPARE
    for table in backup.manifest.tables:
        yield comparison(table)
        yield sql.SQL("ANALYZE {};\n").format(sql.Identifier(*table.table.split("."))).as_string(None)
    yield _COMMIT
