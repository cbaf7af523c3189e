"""What a scoring process is asked, and what it says: a line of JSON each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from tessella.domain.predictions.segment.scoring import Counted, Group, ScoringModel
from tessella.domain.typed import decoder


class Limits(msgspec.Struct, frozen=True):
    """What the process may take."""

    #: As DuckDB writes it.
    memory: str
    threads: int
    #: Where DuckDB puts what does not fit.
    spill: str


class Asked(msgspec.Struct, frozen=True):
    """Score everybody of a statement."""

    #: SELECTs a row a member: see `domain.predictions.members`.
    sql: str
    parameters: Mapping[str, list[str]]
    groups: tuple[Group, ...]
    #: None: the statement has a column of names, which are counted.
    model: ScoringModel | None
    #: Where to write what was predicted of each, a folder that is there; None: nowhere.
    target: str | None
    limits: Limits


class Done(msgspec.Struct, frozen=True, tag=True):
    """So many members are done; after the last, what was counted."""

    share: float
    counted: Counted | None = None


class Refused(msgspec.Struct, frozen=True, tag=True):
    """It could not be done, and why, in one sentence."""

    problem: str


Said = Done | Refused
ASKED: Final = decoder(Asked)
SAID: Final[msgspec.json.Decoder[Said]] = decoder(Said)
