"""What each engine does in its own way; everything else is the same for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from tessella.domain.rules.sql import Engine
from tessella.ports.customer_engine import EngineColumn

Row = tuple[Any, ...]

#: How long a connection may take to be made, and a lookup of some rows.
CONNECT_SECONDS: Final = 5.0
LOOKUP_SECONDS: Final = 5.0


class Driver(Protocol):
    """One source, asked in calls that block. Each call may come from another thread, two at a time.

    A statement that fails raises `QueryFailed`, one that takes too long `SourceSlow`, a source that is not there
    `SourceAway`.
    """

    @property
    def dialect(self) -> Engine:
        """The SQL that it runs."""
        ...

    def describe(self) -> list[EngineColumn]:
        """The columns as they are now. Raises `ViewGone`."""
        ...

    def source(self) -> str:
        """SQL that yields the rows of the view. `describe` has been called before."""
        ...

    def query(self, sql: str) -> list[Row]:
        """The rows of a statement over all customers."""
        ...

    def look_up(self, sql: str) -> list[Row]:
        """The rows of a statement over a few customers, beside whatever else runs."""
        ...

    def export(self, sql: str, path: Path) -> None:
        """Write the rows of a statement as Parquet."""
        ...

    def close(self) -> None:
        """Leave the source. What runs ends with an error."""
        ...


@contextmanager
def ended_after(seconds: float, end: Callable[[], None]) -> Iterator[threading.Event]:
    """Call `end` in a thread when the block takes longer than so many seconds; the event says that it was called.

    For clients whose own limits do not hold when the other side hangs.
    """
    late = threading.Event()

    def warn() -> None:
        late.set()
        end()

    timer = threading.Timer(seconds, warn)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
