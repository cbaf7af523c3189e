"""Rows to train a model on, from events: what was known of subjects at cuts of the past, and what they did after."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tessella.domain.errors.training import HistoryTooShort, NoActivity
from tessella.domain.features.kinds.parse import computed
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.predictions.setup_checks import LEAST_CUTS
from tessella.domain.predictions.training.cuts import cuts
from tessella.domain.privacy.consent import Whose
from tessella.ports import Progress, Session, Warehouse
from tessella.usecases.compute_features import loaded_computation
from tessella.usecases.progress import after_each
from tessella.usecases.training.features import learned_from

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tessella.domain.features.computation import Computation
    from tessella.domain.predictions.training.table import Table

    Columns = Mapping[str, NDArray[Any]]

#: How far it is when the events are read.
_READ: Final = 0.5


async def outcomes_known_until(session: Session, setup: PredictionSetup, asked: Instant | None) -> Instant:
    """The moment that was asked for, or that of the last activity. Raises `NoActivity`."""
    last = await session.last_event(setup.activity, since=None, before=Instant((asked or session.now()) + 1))
    if last is None:
        raise NoActivity(" or ".join(setup.activity))
    return asked or last


async def table_from_events(
    session: Session, warehouse: Warehouse, setup: PredictionSetup, until: Instant, progress: Progress
) -> Table:
    """A row for each subject who was active before a cut, at each of the cuts before `until`.

    The events are read once. Features are computed as of each cut, and the outcome is what the subject did after it;
    only those who share data are among the subjects. Raises `HistoryTooShort`.
    """
    features = learned_from(await session.definitions(), setup)
    types = {name: each.type for name, each in features.items()}
    kinds = computed(features.values())
    computation = await loaded_computation(session, warehouse, kinds, types, until, Whose.SHARED)
    progress(_READ)
    moments = cuts(setup, until)
    tell = after_each(progress, len(moments), begin=_READ, end=1.0)
    found: dict[Instant, Columns] = {}
    for cut in moments:
        found[cut] = await _rows_at(cut, warehouse, setup, computation)
        tell()
    return await asyncio.to_thread(_table, found, types)


async def _rows_at(cut: Instant, warehouse: Warehouse, setup: PredictionSetup, computation: Computation) -> Columns:
    from tessella.domain.predictions.training.churn_rows import ChurnRows  # loads sqlglot

    return await warehouse.columns(ChurnRows(setup, replace(computation, as_of=cut)).sql())


def _table(found: Mapping[Instant, Columns], types: Mapping[FeatureName, FeatureType]) -> Table:
    """The rows of all cuts before which somebody was active."""
    import numpy as np

    from tessella.domain.predictions.training.columns import table_of

    held = {cut: columns for cut, columns in found.items() if len(columns["subject_id"])}
    if len(held) < LEAST_CUTS:
        raise HistoryTooShort(len(held), len(found), LEAST_CUTS)
    rows = {name: np.concatenate([each[name] for each in held.values()]) for name in next(iter(held.values()))}
    moments = [np.full(len(columns["subject_id"]), cut, np.int64) for cut, columns in held.items()]
    return table_of(rows, types, rows["positive"].astype(np.bool_), np.concatenate(moments))
