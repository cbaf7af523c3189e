"""What a check of consistency is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from tessella.domain.audiences.check_sample import MOST_SEED, MOST_SUBJECTS, USUAL_SUBJECTS
from tessella.domain.errors import WrongShape
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, Json
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun

_RANGES: Final = {"subjects": (1, MOST_SUBJECTS), "seed": (0, MOST_SEED)}


class CheckAsked(msgspec.Struct, frozen=True):
    """How many subjects are looked at, about, and which ones."""

    subjects: int
    seed: int


def read_check(inputs: Mapping[str, Json], *, now: Instant) -> CheckAsked:
    """Without a seed that of the day, so that each night has others. Raises `WrongShape`."""
    told = {"subjects": USUAL_SUBJECTS, "seed": now // DAY_US} | dict(inputs)
    return CheckAsked(**{name: _whole(name, told[name]) for name in _RANGES})


async def ask_for_check(session: Session, inputs: Mapping[str, Json]) -> JobRun:
    """Have a sample decided online and set-wise; gives the run that does so already when there is one.

    Raises `WrongShape`.
    """
    read_check(inputs, now=session.now())
    return await session.ask_for(Job.CHECK_CONSISTENCY, inputs)


def _whole(name: str, value: Json) -> int:
    least, most = _RANGES[name]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise WrongShape(f"/{name}", f"{name} must be a whole number from {least} to {most}.")
    return value
