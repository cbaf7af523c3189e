"""The demo's experiment: households get a banner by chance, and their coupons of 2017 are replayed as its rewards.

It is a replay and no proof: they redeemed them without any banner, and only who received a campaign could.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Final

from tessella import usecases
from tessella.bootstrap import Application
from tessella.demo.data import HOUSEHOLDS, statement, view
from tessella.domain.experiments.setup.experiment import ExperimentStatus
from tessella.domain.identifiers import ExperimentId, SubjectId, VariantId
from tessella.ports import Session
from tessella.usecases.experiments.assigning.add_conversions import RewardSent
from tessella.usecases.experiments.assigning.allocate import Allocation
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.experiments.results.results import ExperimentResults

BANNER: Final = ExperimentId("banner")
#: So many households come before the experiment learns again, and so many of them at the same moment.
_BATCH: Final = 320
_AT_ONCE: Final = 40
#: What tells a replayed reward from a real one.
_EVENT: Final = "replay:{user}"

#: By household, the variants that it is rewarded under.
Redemptions = Mapping[SubjectId, Set[VariantId]]


async def try_banner(
    application: Application, session: Session, report: Callable[[str], None]
) -> ExperimentResults | None:
    """Have every household meet the banner, unless all have, and tell what may be said of it now.

    None where somebody has taken the experiment away. Households that come late do so by what was learned from those
    before. Doing it again gives nobody another variant, and counts no reward twice.
    """
    from tessella.usecases.experiments.refreshing.refresh import refresh_now  # loads numpy and SciPy

    experiment = session.snapshot().definitions.experiments.get(BANNER)
    if experiment is None:
        return None
    if experiment.status is ExperimentStatus.RUNNING:
        redemptions = await _redemptions(application)
        for users in await _batches(session, list(redemptions)):
            report(f"Giving {len(users)} more households a variant of the banner, and replaying their redemptions")
            given = await _show(session, users)
            await usecases.add_conversions(session, BANNER, _replayed(given, redemptions))
            await refresh_now(session, BANNER)
        await refresh_now(session, BANNER)
        await usecases.check_alerts(session, BANNER)  # one that was raised on the first batches may be over
    return await usecases.experiment_results(session, BANNER)


async def _redemptions(application: Application) -> Redemptions:
    """Households that received a campaign, in the order in which they come."""
    with application.warehouse() as duckdb:
        await view(duckdb, *HOUSEHOLDS)
        rows = await duckdb.rows(statement("redemptions.sql"))
    return {SubjectId(user): frozenset(rewarded or ()) for user, rewarded in rows}


async def _batches(session: Session, users: Sequence[SubjectId]) -> Sequence[Sequence[SubjectId]]:
    """Who comes together; nobody where all have come before."""
    before = await session.report(BANNER)
    if before is not None and before.units >= len(users):
        return []
    return _parts(users, _BATCH)


def _parts(users: Sequence[SubjectId], length: int) -> Sequence[Sequence[SubjectId]]:
    return [users[begin : begin + length] for begin in range(0, len(users), length)]


async def _show(session: Session, users: Sequence[SubjectId]) -> Mapping[SubjectId, Allocation]:
    """What each was given, of those who are in the experiment."""
    given = [
        each
        for part in _parts(users, _AT_ONCE)
        for each in await asyncio.gather(
            *(usecases.allocate(session, AllocationRequest(BANNER, user)) for user in part)
        )
    ]
    return {user: each for user, each in zip(users, given, strict=True) if each.assignment is not None}


def _replayed(given: Mapping[SubjectId, Allocation], redemptions: Redemptions) -> Sequence[RewardSent]:
    return [
        RewardSent(user, _EVENT.format(user=user))
        for user, each in given.items()
        if each.variant.variant_id in redemptions[user]
    ]
