"""Servers of PostgreSQL over TLS: a front of a socket, as poolers are, and a real one where one is installed."""

import asyncio
import os
import pwd
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.certificates import server_context

SSL_REQUEST = (80877103).to_bytes(4, "big")
GSS_REQUEST = (80877104).to_bytes(4, "big")
#: Builds of distributions speak TLS; the embedded one does not.
INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


class Front:
    """What stands before a database that listens on a socket."""

    def __init__(self, dsn: str, context: ssl.SSLContext | None) -> None:
        parts = {"port": "5432", **conninfo_to_dict(dsn)}
        self._target = f"{parts['host']}/.s.PGSQL.{parts['port']}"
        #: None: it speaks no TLS.
        self._context = context
        #: The connection string over it, which says nothing of TLS.
        self.dsn = ""
        #: Whether each connection was encrypted.
        self.encrypted: list[bool] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Agree on TLS, then forward."""
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await self._agreed(reader, writer)
            far_reader, far_writer = await asyncio.open_unix_connection(self._target)
            far_writer.write(head)
            for pair in ((reader, far_writer), (far_reader, writer)):
                task = asyncio.create_task(forward(*pair))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _agreed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """The beginning of what is to be forwarded."""
        while (head := await reader.readexactly(8))[4:] in (SSL_REQUEST, GSS_REQUEST):
            if head[4:] == SSL_REQUEST and self._context is not None:
                writer.write(b"S")
                self.encrypted.append(True)
                await writer.start_tls(self._context)
                return await reader.readexactly(8)
            writer.write(b"N")
        self.encrypted.append(False)
        return head

    async def end(self) -> None:
        """Forward no more."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def front_of(dsn: str, context: ssl.SSLContext | None, name: str) -> AsyncIterator[Front]:
    """The front of the database of `dsn`, reached as `name`."""
    front = Front(dsn, context)
    server = await asyncio.start_server(front.connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    front.dsn = make_conninfo(dsn, host=name, hostaddr="127.0.0.1", port=port)
    try:
        yield front
    finally:
        server.close()
        await front.end()


async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything, until one side ends."""
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextmanager
def installed_server(certificates: Path, name: str) -> Iterator[str]:
    """A PostgreSQL of the machine's distribution, which takes connections by network over TLS only.

    Its certificate is for `name`, and is signed by the authority in `certificates`.
    """
    server_context(certificates, name)
    account = pwd.getpwnam("nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="tess-") as folder:
        # below those that the system gives to connections: one may hold any of them
        data, pem, port = Path(folder, "data"), Path(folder, "server.pem"), 20_000 + os.getpid() % 10_000
        shutil.copy(certificates / "server.pem", pem)
        pem.chmod(0o600)
        if os.geteuid() == 0:
            for path in (Path(folder), pem):
                os.chown(path, account.pw_uid, account.pw_gid)
        run = {"user": account.pw_uid, "capture_output": True, "cwd": "/"}
        subprocess.run([INSTALLED[-1], "-D", data, "-A", "trust", "-U", "owner", "--no-sync"], check=True, **run)
        rules = data / "pg_hba.conf"
        rules.write_text("local all all trust\nhostssl all all 127.0.0.1/32 trust\n")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c ssl=on"
        options += f" -c ssl_cert_file={pem} -c ssl_key_file={pem}"
        control = [INSTALLED[-1].with_name("pg_ctl"), "-D", data, "-w", "-l", f"{folder}/log", "-o", options]
        subprocess.run([*control, "start"], check=True, **run)
        try:
            yield f"host={name} hostaddr=127.0.0.1 port={port} user=owner dbname=postgres"
        finally:
            subprocess.run([*control[:4], "-m", "immediate", "stop"], check=True, **run)
