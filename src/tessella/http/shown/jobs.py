"""How runs of jobs are shown."""

from __future__ import annotations

from tessella.http.problems import problem_type
from tessella.http.schemas.jobs import RunProblem
from tessella.http.schemas.problem import Fault
from tessella.ports.jobs import RunError


def problem_shown(error: RunError | None) -> RunProblem | None:
    """Why a run failed; None of one that has not."""
    if error is None:
        return None
    faults = [Fault(each.pointer, each.message, each.hint) for each in error.faults]
    return RunProblem(problem_type(error.kind), error.message, faults)
