"""The models of one namespace in the memory of a process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from tessella.domain.errors import TessellaError
from tessella.ports.models import LoadedModel

#: Files may be on their way to this machine.
AGAIN_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class ActiveModel:
    """The version that is to be served."""

    version: int
    #: Of its manifest.
    sha256: str


def active_of(found: Mapping[str, Sequence[Any]]) -> dict[str, ActiveModel]:
    """What the database tells of each model."""
    return {model_id: ActiveModel(*each) for model_id, each in found.items()}


@dataclass(slots=True)
class Served:
    """What this process serves of one model, and what it has tried."""

    model: LoadedModel | None = None
    #: What `model` is; None for a placeholder.
    active: ActiveModel | None = None
    #: What was tried last, and why it could not be loaded; None when it could.
    tried: ActiveModel | None = None
    failure: TessellaError | None = None
    #: When that was, in monotonic seconds; long ago before the first time.
    tried_at: float = -inf

    def is_settled(self, wanted: ActiveModel | None, now: float) -> bool:
        """Whether there is nothing to load for what is wanted, at a monotonic time.

        What could not be loaded is tried again after a while, and placeholders may come and go.
        """
        if wanted is not None and self.active == wanted:
            return True
        return self.tried == wanted and now - self.tried_at < AGAIN_SECONDS


class LoadedModels:
    """What a process knows of a namespace's models."""

    __slots__ = ("active", "changed_at", "lock", "served")

    def __init__(self) -> None:
        #: The active versions, a second old at most; None until somebody asks.
        self.active: Mapping[str, ActiveModel] | None = None
        self.served: dict[str, Served] = {}
        self.lock = asyncio.Lock()
        #: When this process itself has activated a model, in monotonic seconds.
        self.changed_at = -inf

    def forget(self) -> None:
        """Have the next who asks look, after a version was activated here: the watcher would, within a second."""
        self.active, self.changed_at = None, time.monotonic()

    def take_in(self, found: Mapping[str, Sequence[Any]], asked_at: float) -> None:
        """What the database told of each model, unless it was asked before the last activation here."""
        if asked_at > self.changed_at:
            self.active = active_of(found)
