"""A server of Spark Connect by Sail, a process of its own: `python -m benchmarks.spark_server`.

It prints its port, and ends when its standard input does.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SparkServer:
    """Where it listens, and its process."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """For a client of Spark Connect."""
        return f"sc://127.0.0.1:{self.port}"


@contextmanager
def spark_server() -> Iterator[SparkServer]:
    """A server that ends with the block."""
    command = [sys.executable, "-m", "benchmarks.spark_server"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdin is not None, "it was asked for"
        assert process.stdout is not None, "likewise"
        try:
            yield SparkServer(int(process.stdout.readline()), process.pid)
        finally:
            process.stdin.close()


def main() -> None:
    """Serve."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    _, port = server.listening_address
    print(port, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
