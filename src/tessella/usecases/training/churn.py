"""Train a model that tells how likely a subject is to leave."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tessella.domain.predictions.manifest import part_of
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.setup import EVENTS, PredictionSetup
from tessella.domain.predictions.training.learned_population import population_of
from tessella.domain.snapshot import Snapshot
from tessella.logs import get_logger
from tessella.usecases.training.features import learned_from
from tessella.usecases.training.from_events import outcomes_known_until, table_from_events
from tessella.usecases.training.from_source import table_from_source
from tessella.usecases.training.trained import Training, Written

if TYPE_CHECKING:
    from tessella.domain.predictions.training.table import Table
    from tessella.domain.predictions.training.train import Trained

_LOG: Final = get_logger(__name__)
#: How far it is when there are rows, and when a predictor is chosen.
_ROWS: Final = 0.5
_CHOSEN: Final = 0.95


async def train_churn(training: Training) -> Written:
    """One model that tells all. Raises what the rows and the predictors raise where there is nothing to learn from."""
    table = await _rows(training)
    training.progress(_ROWS)
    _LOG.info("rows_made", rows=len(table))
    trained = await asyncio.to_thread(_learned, training, table)
    training.progress(_CHOSEN)
    _LOG.info("predictor_chosen", model=trained.predictor)
    content = await asyncio.to_thread(training.write, trained.fitted, trained.sample)
    features = learned_from(await training.session.definitions(), training.setup)
    population = population_of(training.setup, [each.name for each in trained.inputs], features)
    return _written(training, trained, content, population)


async def _rows(training: Training) -> Table:
    session, setup, as_of = training.session, training.setup, training.asked.as_of
    if setup.source != EVENTS:
        now = as_of or session.now()
        return await table_from_source(session, training.warehouse, training.open_engine, setup, now)
    until = await outcomes_known_until(session, setup, as_of)
    return await table_from_events(
        session, training.warehouse, setup, until, lambda share: training.progress(share * _ROWS)
    )


def _learned(training: Training, table: Table) -> Trained:
    from tessella.domain.predictions.training.split import split_of
    from tessella.domain.predictions.training.train import train
    from tessella.domain.predictions.training.write_card import About
    from tessella.usecases.training.segments import segments_then

    split, snapshot = split_of(table), training.session.snapshot()
    members = {str(name): each for name, each in segments_then(snapshot, table, split.test).items()}
    meaning, warnings = meaning_of(training.setup), tuple(_undeclared(snapshot, table))
    return train(table, split, About(training.setup.target.value, meaning, members, warnings))


def _undeclared(snapshot: Snapshot, table: Table) -> Iterator[str]:
    """What has to be said where the usual features were learned from."""
    if names := [name for name in table.columns if name not in snapshot.schema]:
        yield (
            "No feature is declared that is computed from events, and no fact holds what was learned from instead:"
            f" {', '.join(names)}. Declare these to have single customers predicted."
        )


def _written(training: Training, trained: Trained, content: bytes, population: Population | None) -> Written:
    target = training.setup.target.value
    part = part_of(f"{target}.onnx", content, (target,), (trained.reliability,))
    manifest = training.manifest(
        trained.predictor, trained.inputs, (part,), trained.cut, trained.card, population=population
    )
    return Written(manifest, {part.file: content})


def meaning_of(setup: PredictionSetup) -> str:
    """What counts as a positive, in words.

    >>> from tessella.domain.identifiers import PredictionId
    >>> from tessella.domain.predictions.target import Target
    >>> meaning_of(PredictionSetup(PredictionId("churn"), Target.CHURN))
    'No purchase in the 28 days after a cut, of those with one in the 84 days before it.'
    """
    if setup.source != EVENTS:
        return f'The column "{setup.label}" of the source "{setup.source}" says yes.'
    activity = " or ".join(setup.activity)
    after, before = f"the {setup.horizon_days} days after a cut", f"the {setup.active_days} days before it"
    return f"No {activity} in {after}, of those with one in {before}."
