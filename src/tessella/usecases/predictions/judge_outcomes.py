"""Predictions that are kept, and judged when it is known what has happened."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.predictions.monitoring.records import Outcomes
from tessella.domain.predictions.setup import EVENTS
from tessella.domain.predictions.target import Target
from tessella.ports.monitoring import Batch
from tessella.usecases.predictions.everybody import Everybody
from tessella.usecases.predictions.watched_subjects import Watching, active_at
from tessella.usecases.training.churn import meaning_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tessella.domain.predictions.card import Card

#: Predictions of a model are kept so often, and of so many subjects.
EVERY_DAYS: Final = 7
MOST_KEPT: Final = 20_000


async def judge_due(looked: Watching) -> int:
    """Judge what was predicted by any version, as soon as something happened after its horizon; how many batches.

    A feed that has stopped does not make everybody lost: then outcomes are waited for.
    """
    session, judged = looked.session, 0
    for batch in await session.open_batches(looked.model.manifest.model_id):
        seen = await session.last_event(
            batch.setup.activity, since=batch.due_at, before=Instant(session.now() + 1)
        )  # fmt: skip
        if seen is not None:
            await session.judge_batch(batch, await _judged(looked, batch))
            judged += 1
    return judged


async def keep_predictions(looked: Watching, told: Everybody) -> None:
    """Keep what the model says now, once in `EVERY_DAYS`, where it can be seen later what happens."""
    manifest, setup = looked.model.manifest, looked.setup
    if not len(told.subjects) or not can_be_judged(looked) or await _is_kept_lately(looked):
        return
    due_at = Instant(looked.as_of + setup.horizon_days * DAY_US)
    kept = _some(told, looked.as_of)
    batch = Batch(manifest.model_id, manifest.version, looked.as_of, due_at, len(kept), setup)
    await looked.session.keep_batch(batch, kept)


def can_be_judged(looked: Watching) -> bool:
    """Whether events tell what happens: of churn, as the prediction was declared when the model was trained."""
    manifest, setup = looked.model.manifest, looked.setup
    if manifest.target is not Target.CHURN or setup.source != EVENTS:
        return False
    return manifest.card is None or manifest.card.meaning == meaning_of(setup)


async def _is_kept_lately(looked: Watching) -> bool:
    session, manifest = looked.session, looked.model.manifest
    waiting = [each for each in await session.open_batches(manifest.model_id) if each.version == manifest.version]
    judged = [each.batch for each in await session.judged_batches(manifest.model_id, manifest.version, 1)]
    since = looked.as_of - EVERY_DAYS * DAY_US
    return any(each.as_of > since for each in (*waiting, *judged))


async def _judged(looked: Watching, batch: Batch) -> Outcomes:
    session = looked.session
    card = (await session.stored_model(batch.model_id, batch.version)).manifest.card
    told = await session.kept_predictions(batch)
    subjects, is_kept = await active_at(looked.warehouse, batch.setup, batch.as_of)
    return await asyncio.to_thread(_outcomes, told, subjects, is_kept, card)


def _outcomes(
    told: Mapping[SubjectId, float], subjects: NDArray[np.object_], is_kept: NDArray[np.bool_], card: Card | None
) -> Outcomes:
    """Of those who were told of; who has opted out since is not among the subjects."""
    import numpy as np

    from tessella.domain.predictions.monitoring.outcomes import outcomes_of

    inside = np.fromiter((each in told for each in subjects.tolist()), np.bool_, len(subjects))
    probabilities = np.array([told[each] for each in subjects[inside].tolist()], np.float64)
    return outcomes_of(~is_kept[inside], probabilities, card)


def _some(told: Everybody, as_of: Instant) -> dict[SubjectId, float]:
    """`MOST_KEPT` of them by chance, others each time."""
    import numpy as np

    chosen = np.random.default_rng(as_of).permutation(len(told.subjects))[:MOST_KEPT]
    return dict(zip(told.subjects[chosen].tolist(), told.probabilities[chosen, 0].tolist(), strict=True))
