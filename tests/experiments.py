"""What tests of running experiments share: units with a planted truth, drawn and rewarded as in use, and made old."""

import asyncio
import random
from collections.abc import Mapping, Sequence

import psycopg

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import ExperimentId, Json, Namespace, SubjectId
from tessella.ports import Change, Session
from tessella.usecases.experiments.assigning.add_conversions import RewardSent, add_conversions
from tessella.usecases.experiments.assigning.allocate import allocate
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.publish_changes import publish_changes

BANNER = ExperimentId("banner")
#: Units that arrive together, and rewards that are sent together.
_AT_ONCE = 250
_SOURCES = ("ads", "mail")


def banner(**changed: Json) -> dict[str, Json]:
    """An experiment of two variants."""
    variants = [{"variant_id": "plain", "name": "Plain"}, {"variant_id": "bold", "name": "Bold"}]
    return {"experiment_id": BANNER, "name": "Banner", "variants": variants, "expected": 0.2} | changed


async def declare(session: Session, body: Mapping[str, Json]) -> None:
    """Publish an experiment, in place of the one before."""
    await publish_changes(session, [Change(Kind.EXPERIMENT, str(body["experiment_id"]), dict(body))])


#: By source, the rate of each variant.
Truth = Mapping[str, Mapping[str, float]]


def everywhere(plain: float, bold: float) -> Truth:
    """The same rates, wherever units come from."""
    return {source: {"plain": plain, "bold": bold} for source in _SOURCES}


async def meet(session: Session, users: Sequence[str], truth: Truth) -> Sequence[str]:
    """Allocate units, by turns from ads and from mail, and reward them by the rates of the variants that they got.

    Returns these variants.
    """
    asked = [
        AllocationRequest(BANNER, SubjectId(user), {"source": _SOURCES[number % 2], "device": "mobile"})
        for number, user in enumerate(users)
    ]
    variants = list[str]()
    for begin in range(0, len(asked), _AT_ONCE):
        variants += await asyncio.gather(*(_given(session, each) for each in asked[begin : begin + _AT_ONCE]))
    luck = random.Random(users[0])
    rates = [truth[_SOURCES[number % 2]][variant] for number, variant in enumerate(variants)]
    lucky = [user for user, rate in zip(users, rates, strict=True) if luck.random() < rate]
    assert await reward(session, lucky) <= {"counted"}
    return variants


async def _given(session: Session, asked: AllocationRequest) -> str:
    """The variant that is stored: a machine that is too busy to store it is asked again."""
    for _ in range(30):
        given = await allocate(session, asked)
        if given.assignment is not None:
            return given.variant.variant_id
        await asyncio.sleep(0.2)
    raise AssertionError(f"{asked.user_identifier} is not assigned: {given.reason}")


async def reward(session: Session, users: Sequence[str]) -> set[str]:
    """Reward units once; returns what became of these rewards."""
    became: set[str] = set()
    for begin in range(0, len(users), _AT_ONCE):
        sent = [RewardSent(SubjectId(user), "won") for user in users[begin : begin + _AT_ONCE]]
        became |= {str(each) for each in (await add_conversions(session, BANNER, sent)).outcomes}
    return became


def fits(low: float, high: float, truth: float) -> bool:
    """Whether a 95 % interval fits a truth: its ends are two standard errors from its middle, the truth four at most.

    Who gets which variant is drawn anew in each run: one interval in twenty does not hold the truth, one in 10,000 is
    so far away from it.
    """
    return abs(truth - (low + high) / 2) < high - low


def make_old(dsn: str, namespace: Namespace, days: int = 7) -> None:
    """Have all units been assigned days ago, so that no more of their rewards come."""
    with psycopg.connect(dsn) as connection:
        for table, columns in _TIMES.items():
            moved = ", ".join(f"{column} = {column} - interval '{days} days'" for column in columns)
            young = "namespace = %s AND cohort > to_timestamp(0)"
            connection.execute(f"UPDATE tessella.{table} SET {moved} WHERE {young}", [namespace])


_TIMES = {
    "assignments": ("cohort", "assigned_at"),
    "experiment_units": ("cohort",),
    "experiment_rewards": ("cohort",),
}
