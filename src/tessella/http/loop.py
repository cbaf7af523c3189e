"""The event loop of a process that answers over HTTP."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import uvloop

T = TypeVar("T")

#: Decisions wait for the audit's writer in hundreds. At Python's own thresholds each few of them would be a collection
#: of what all of them hold, which costs more than deciding. At five times this one, requests would wait 12 ms for each.
#: Hardly anything here is a cycle.
_GC_THRESHOLD: Final = (10_000, 20, 100)
#: How long a thread that checks a publish or builds a snapshot keeps the event loop waiting. It happens several times
#: in a request, so that Python's own 5 ms would be most of what a request takes.
_SWITCH_SECONDS: Final = 0.0002


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a server's main coroutine on the quick event loop."""
    gc.set_threshold(*_GC_THRESHOLD)
    sys.setswitchinterval(_SWITCH_SECONDS)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
