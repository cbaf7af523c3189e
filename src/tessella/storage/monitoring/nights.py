"""The last figures of personalization's nights, and the last run of each job, for metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.personalization.figures import EXTRACTION_SUCCESS, OPTED_OUT
from tessella.domain.personalization.monitoring import LEAST_TOLD
from tessella.ports.jobs import Job
from tessella.ports.monitoring import JobFigures, NightFigures
from tessella.storage.times import micros

#: Of the last refresh within three days.
NIGHT_FIGURES: Final = f"""
SELECT metric, {micros("evaluated_at")}, value, sample_size
  FROM tessella.personalization_eval
 WHERE namespace = %s AND evaluated_at > now() - interval '3 days' AND period = 'nightly' AND scope = ''
   AND metric IN ('{EXTRACTION_SUCCESS}', '{OPTED_OUT}')
 ORDER BY evaluated_at
"""
#: One look into the index for each job.
JOB_FIGURES: Final = f"""
SELECT asked.job, {micros("finished_at")}, extract(epoch FROM finished_at - coalesce(started_at, finished_at))::float8,
       state = 'failed'
  FROM unnest(ARRAY[{", ".join(f"'{each}'" for each in Job)}]) AS asked (job)
 CROSS JOIN LATERAL (
       SELECT started_at, finished_at, state FROM tessella.job_runs
        WHERE namespace = %s AND job = asked.job AND state IN ('succeeded', 'failed')
        ORDER BY run_id DESC LIMIT 1) AS last
"""


def night_of(rows: Sequence[Sequence[Any]]) -> NightFigures | None:
    """The figures; None where there was no refresh."""
    last = {metric: tuple(rest) for metric, *rest in rows}
    if EXTRACTION_SUCCESS not in last:
        return None
    refreshed_at, success, active = last[EXTRACTION_SUCCESS]
    _, opted_out, subjects = last.get(OPTED_OUT, (0, None, 0))
    rate = opted_out / subjects if subjects >= LEAST_TOLD and opted_out is not None else None
    return NightFigures(Instant(refreshed_at), active, success, rate)


def jobs_of(namespace: Namespace, rows: Sequence[Sequence[Any]]) -> dict[tuple[Namespace, str], JobFigures]:
    """The figures by namespace and job."""
    return {(namespace, job): JobFigures(*figures) for job, *figures in rows}
