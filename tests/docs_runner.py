"""Does what a document tells its reader to do.

The blocks run in order, each in the same folder, with a TESSELLA_HOME of the document's own and the project's commands
on PATH. The home is empty, or a copy of one whose database is made and has nothing in it. The files that lie beside the
document, other documents apart, are in that folder.

- A block with a title (```yaml title="rule.yaml") is written to the file of that name.
- ```sh and ```python blocks run. What a shell block assigns, the next one sees. A Python block that begins with `>>>`
  is a doctest. A block that ends in `&` starts a server; the next block waits until it is ready, and it ends with the
  document. Its `--port` stands for a free one throughout the document. Servers of others are ready when they listen.
  The embedded database, once made, runs to the end, as if somebody used it meanwhile.
- A ```text or ```json block right after one of them is what it prints: see `docs_agreement`.
- A comment right before a block: `<!-- fails -->` expects a failure, `<!-- not executed: why -->` leaves it out.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tessella.storage.embedded import State, start, status
from tests.docs_agreement import agrees
from tests.docs_blocks import Block, blocks

PORT = re.compile(r"--port (\d+)")
BLOCK_SECONDS = 300
READY_SECONDS = 120
FOREIGN_SETTINGS = re.compile("TESSELLA_|DATABASE_URL|DB_DSN")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Reader:
    """Somebody who follows a document, in a folder of their own below `room`."""

    room: Path
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    #: Whether its embedded database runs whatever uses it.
    is_kept: bool = False

    def settle(self, made: Path) -> None:
        """Begin with a copy of a home. Its files stay those of the accounts that they belong to."""
        subprocess.run(["cp", "--archive", made, self.room / "home"], check=True)

    def follow(self, document: Path) -> None:
        """Do what it says. Raises AssertionError naming the line where it is wrong."""
        shutil.copytree(document.parent, self.room / "folder", ignore=shutil.ignore_patterns("*.md"))
        with ExitStack() as held:
            try:
                for block in blocks(self._text(document)):
                    self._keep_database(held)
                    self._do(block, f"{document.name}:{block.line}")
            finally:
                for server in self.servers:
                    _end(server)

    def _keep_database(self, held: ExitStack) -> None:
        """Once there is a database, have it run to the end: no command needs to start it again."""
        home = self.room / "home"
        if not self.is_kept and status(home).state is not State.ABSENT:
            held.enter_context(start(home))
            self.is_kept = True

    def _text(self, document: Path) -> str:
        text = document.read_text(encoding="utf-8")
        for port in set(PORT.findall(text)):
            text = text.replace(port, str(_free_port()))
        return text

    def _do(self, block: Block, where: str) -> None:
        if block.title:
            (self.room / "folder" / block.title).write_text(block.text, encoding="utf-8")
        elif block.runs:
            process = self._begin(block)
            self._finish(process, block, where)
            self._compare(block, where)

    def _begin(self, block: Block) -> subprocess.Popen[bytes]:
        """Output goes to files, which a server keeps open. Text shows notes and errors too, JSON stands alone."""
        beside = block.printed is not None and block.printed.language == "json"
        (self.room / "out").unlink(missing_ok=True)  # a server goes on writing there
        with (self.room / "out").open("wb") as out, (self.room / "notes").open("wb") as notes:
            return subprocess.Popen(
                self._command(block), cwd=self.room / "folder", env=self._environment(), stdin=subprocess.DEVNULL,
                stdout=out, stderr=notes if beside else subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def _command(self, block: Block) -> list[str]:
        if block.language == "sh":
            return ["sh", "-c", self._script(block)]
        if not block.text.startswith(">>>"):
            return [sys.executable, "-c", block.text]
        examples = self.room / "examples.txt"
        examples.write_text(block.text, encoding="utf-8")
        return [sys.executable, "-m", "doctest", str(examples)]

    def _script(self, block: Block) -> str:
        """The block with the variables of those before it. The shell of a server ends it when it is told to end."""
        kept = self.room / "variables"
        kept.touch()
        script = f". {kept}\nset -ea\ntrap 'export -p > {kept}' EXIT\n{block.text}"
        return f"{script}\ntrap 'kill $!; wait $!' TERM\nexport -p > {kept}\nwait" if block.starts_a_server else script

    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not FOREIGN_SETTINGS.match(name)}
        path = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"
        return own | {"PATH": path, "TESSELLA_HOME": str(self.room / "home"), "COLUMNS": "120", "NO_COLOR": "1"}

    def _finish(self, process: subprocess.Popen[bytes], block: Block, where: str) -> None:
        if block.starts_a_server:
            self.servers.append(process)
            self._wait_until_ready(process, block, where)
        else:
            status = process.wait(BLOCK_SECONDS)
            assert (status != 0) == (block.note == "fails"), f"{where} ended with {status}:\n{self._printed()}"

    def _wait_until_ready(self, process: subprocess.Popen[bytes], block: Block, where: str) -> None:
        deadline, port = time.monotonic() + READY_SECONDS, _port_of(block)
        is_ready = _is_healthy if "tessella serve" in block.text else _listens
        while not is_ready(port):
            is_hopeful = process.poll() is None and time.monotonic() < deadline
            assert is_hopeful, f"{where} started no server on port {port}:\n{self._printed()}"
            time.sleep(0.1)

    def _compare(self, block: Block, where: str) -> None:
        expected, printed = block.printed, (self.room / "out").read_text(encoding="utf-8")
        if expected is not None:
            is_shown = agrees(expected.language, expected.text, printed)
            assert is_shown, f"{where} printed\n{printed}\nand not\n{expected.text}"

    def _printed(self) -> str:
        return "".join((self.room / name).read_text(encoding="utf-8") for name in ("out", "notes"))


def _port_of(block: Block) -> int:
    named = PORT.search(block.text)
    assert named, f"the server of line {block.line} says no --port"
    return int(named[1])


def _is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        raise
