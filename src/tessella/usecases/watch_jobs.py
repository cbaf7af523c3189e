"""Tell of a job whose last run has failed, for as long as none after it succeeds."""

from __future__ import annotations

from tessella.domain.alerts.rules import JOB_FAILED
from tessella.ports import Session
from tessella.ports.jobs import Attempt, Job, RunError
from tessella.usecases.alerts import tell


async def watch_job(session: Session, attempt: Attempt, error: RunError | None) -> None:
    """Raise the alert of a job whose run has failed; resolve it where the run has succeeded."""
    detail = None
    if error is not None:
        problem = "" if attempt.job == Job.ERASE_SUBJECT else f"{error.message} "
        detail = f"{problem}The run is {attempt.run_id}; `tessella jobs retry {attempt.run_id}` does it again."
    await tell(session, JOB_FAILED, job_key(attempt), detail)


def job_key(attempt: Attempt) -> str:
    """The job, with the ids of what it is about: of two games one may fail. No alert says who is to be erased.

    >>> job_key(Attempt("acme", "1", "calibrate_taxonomy", {"game_id": "arena", "force": True}, 1, 1, 0))
    'calibrate_taxonomy arena'
    >>> job_key(Attempt("acme", "1", "erase_subject", {"subject_id": "ann"}, 1, 1, 0))
    'erase_subject 1'
    """
    if attempt.job == Job.ERASE_SUBJECT:
        return f"{attempt.job} {attempt.run_id}"
    about = (str(each) for name, each in sorted(attempt.inputs.items()) if name.endswith("_id") and each is not None)
    return " ".join([attempt.job, *about])
