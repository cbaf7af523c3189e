"""How personalization is doing: what is kept, who has opted out, the last runs of its jobs, and its last figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors.jobs import RunFailed
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun, RunState
from tessella.ports.personalization import EvaluatedMetric, KeptCounts, OptOuts

JOBS: Final = (Job.NIGHTLY_REFRESH, Job.CLEANUP, Job.MODEL_TRAINING, Job.EVALUATE_PERSONALIZATION)
#: Evaluations are kept so long by default.
_YEAR_US: Final = 365 * DAY_US


@dataclass(frozen=True, slots=True)
class PersonalizationMetrics:
    """What administrators are told."""

    kept: KeptCounts
    opt_outs: OptOuts
    #: The last run of each job that has one.
    runs: Mapping[Job, JobRun]
    #: Of each metric, scope, model and period the last figure.
    figures: Sequence[EvaluatedMetric]


async def personalization_metrics(session: Session) -> PersonalizationMetrics:
    """How personalization is doing now. Asks for no subject."""
    evaluated = await session.evaluated_since(Instant(session.now() - _YEAR_US))
    last = {(each.period, each.scope, each.model_version, each.metric): each for each in reversed(evaluated)}
    runs = {each: (await session.runs(job=each, state=None, limit=1, cursor=None))[0] for each in JOBS}
    return PersonalizationMetrics(
        await session.kept_counts(),
        await session.opt_outs(),
        {job: found[0] for job, found in runs.items() if found},
        [last[each] for each in sorted(last)],
    )


async def evaluated_within(session: Session, days: int) -> Sequence[EvaluatedMetric]:
    """Every figure of so many days, the first one first: how they went. Asks for no subject."""
    return [*reversed(await session.evaluated_since(Instant(session.now() - days * DAY_US)))]


async def evaluated_by(session: Session, run: JobRun) -> Sequence[EvaluatedMetric]:
    """The figures of a run of an evaluation that is over. Raises `RunFailed` where it has not succeeded."""
    if run.state is not RunState.SUCCEEDED:
        raise RunFailed(run.job, run.run_id, run.error.message if run.error else f"It is {run.state}.")
    found = await session.evaluated_since(Instant(run.asked_at - 1))
    return [each for each in found if each.evaluated_at == run.asked_at]
