"""The worker's own side: everybody of one statement is scored, then the process ends.

Started as `python -m tessella.models.scoring.process`. What is asked is the first line of its input; when that is
closed the owner is gone, and the process ends in the middle of its work.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from threading import Thread

import duckdb
import msgspec

from tessella.domain.errors import TessellaError
from tessella.domain.predictions.segment.scoring import Counted
from tessella.models.scoring.members import cells, first_failed, load_members, open_database, sizes, with_outside
from tessella.models.scoring.scored import Scored
from tessella.models.scoring.wire import ASKED, Asked, Done, Refused, Said


def main() -> None:
    """Answer on standard output."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not land between the lines
    asked = ASKED.decode(sys.stdin.buffer.readline())
    Thread(target=end_with_owner, daemon=True).start()
    for said in answers(asked):
        replies.write(msgspec.json.encode(said) + b"\n")
        replies.flush()


def end_with_owner() -> None:
    """Wait until the owner closes its end. Past the buffer: its lock would be held when this process ends by itself."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)


def answers(asked: Asked) -> Iterator[Said]:
    """How far it is, again and again; what was counted, or what was wrong, in the end."""
    try:
        yield from _scored(asked)
    except (duckdb.Error, OSError) as error:
        yield Refused(str(error).partition("\n")[0].strip())
    except TessellaError as error:
        yield Refused(error.message.rstrip("."))


def _scored(asked: Asked) -> Iterator[Done]:
    with open_database(asked.limits) as database:
        members = load_members(database, asked)
        if asked.model is None:
            stats = cells(database, asked)
        else:
            scored = Scored(database, asked, asked.model)
            for share in scored.chunks(members):
                yield Done(share)
            stats = with_outside(database, asked.groups, asked.model.manifest, scored.stats)
        counted = sizes(database, asked.groups), sizes(database, asked.groups, "NOT known")
        yield Done(1.0, Counted(*counted, stats, first_failed(database)))


if __name__ == "__main__":
    main()
