"""Evaluate rankings: what each profile would have shown, and what was bought then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Json
from tessella.domain.ranking.evaluation.asked import EvaluationAsked
from tessella.domain.steps import walk
from tessella.logs import get_logger
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.evaluations import EvaluationKind, StoredEvaluation
from tessella.usecases import rehearsal as past
from tessella.usecases.build_index import recipe_of
from tessella.usecases.held_out import HeldOut, check_held_out
from tessella.usecases.progress import after_each

if TYPE_CHECKING:
    from tessella.domain.ranking.evaluation.contenders import Contender
    from tessella.domain.ranking.evaluation.report import Evaluation
    from tessella.domain.ranking.evaluation.split import Split
    from tessella.domain.ranking.index.index import RankingIndex

_LOG: Final = get_logger(__name__)
#: How far an evaluation is when events are read, and when the index of the cut is built.
_READ = 0.2
_BUILT = 0.4


async def evaluate(
    session: Session, warehouse: Warehouse, asked: EvaluationAsked, progress: Progress = lambda share: None
) -> StoredEvaluation:
    """Rank for everybody at the cut by every profile, and as decided, and keep the report.

    Nothing from the cut on is known to the index, to the histories or to the segments; the catalogue, the definitions
    and imported facts are those of now. Who switched personalization off is not among the subjects.

    Raises `NoPurchases`, `NothingHeldOut` and `NobodyHeldOut` for days that nothing can be measured on.
    """
    types = (await session.definitions()).defaults.ranking.purchase_types
    await check_held_out(session, types, days_of(asked))
    stage = await past.rehearse(session, until=asked.until)
    split = past.held_out(stage, asked)
    progress(_READ)
    _LOG.info("purchases_held_out", count=len(split.subjects))
    recipe = recipe_of(stage.snapshot, "evaluation", split.as_of)
    index = await asyncio.to_thread(past.index_of, recipe, stage, split)
    subjects = await past.subjects_at(session, warehouse, stage, split)
    progress(_BUILT)
    _LOG.info("index_built")
    chosen = past.choices(stage.snapshot, subjects, split.as_of)
    contenders = [past.decided(stage.snapshot, subjects, chosen)]
    contenders += [
        past.with_profile(stage.snapshot, each, subjects) for each in sorted(stage.snapshot.definitions.profiles)
    ]
    segments = [str(each.segment_id) for each in chosen]
    report = await asyncio.to_thread(compare, index, split, contenders, segments, asked, progress)
    return await session.add_evaluation(EvaluationKind.EVALUATION, inputs_of(asked), report)


def compare(
    index: RankingIndex,
    split: Split,
    contenders: Sequence[Contender],
    segments: Sequence[str],
    asked: EvaluationAsked,
    progress: Progress,
) -> Evaluation:
    """The report over all contenders and the baselines."""
    from tessella.domain.ranking.evaluation.contenders import BASELINES
    from tessella.domain.ranking.evaluation.evaluate import evaluation_steps

    tell = after_each(progress, len(BASELINES) + len(contenders) + 1, begin=_BUILT, end=1.0)
    return walk(evaluation_steps(index, split, contenders, segments, length=asked.length), tell)


def days_of(asked: EvaluationAsked) -> HeldOut:
    """The days that are held out, and how others are chosen."""
    return HeldOut(asked.cut, asked.until, "/until", "--until")


def inputs_of(asked: EvaluationAsked) -> dict[str, Json]:
    """What was asked for, as it is kept."""
    return {"cut": iso(asked.cut), "until": iso(asked.until), "days": asked.days, "length": asked.length}
