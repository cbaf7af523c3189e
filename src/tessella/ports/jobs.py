"""Long work that is done apart from the request that asked for it: its runs, and what a worker needs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Instant, Json, Namespace

#: The one task of the queue. Its only argument is the id of a run.
TASK: Final = "run"
#: The most that a run keeps of its result, as JSON text.
RESULT_MAX_BYTES: Final = 1024 * 1024
#: The most lines that a run keeps of its log: the last ones.
LOG_MOST_LINES: Final = 500


class Job(StrEnum):
    """What can be asked for."""

    BUILD_INDEX = "build_index"
    CALCULATE_AUDIENCES = "calculate_audiences"
    CALIBRATE_TAXONOMY = "calibrate_taxonomy"
    CHECK_CONSISTENCY = "check_consistency"
    CLEANUP = "cleanup"
    COMPUTE_FEATURES = "compute_features"
    ERASE_SUBJECT = "erase_subject"
    EVALUATE_PERSONALIZATION = "evaluate_personalization"
    EVALUATE_RANKING = "evaluate_ranking"
    EXPORT_MEMBERS = "export_members"
    MODEL_TRAINING = "model_training"
    NIGHTLY_REFRESH = "nightly_refresh"
    PREDICT_SEGMENT = "predict_segment"
    PROPOSE_SEGMENTS = "propose_segments"
    REFRESH_PREDICTIONS = "refresh_predictions"
    REFRESH_TAXONOMY = "refresh_taxonomy"
    REKEY_PSEUDONYMS = "rekey_pseudonyms"
    SEGMENT_PREDICTION_STATS = "segment_prediction_stats"
    TRAIN_CLUSTERS = "train_clusters"
    TRAIN_MODEL = "train_model"
    TUNE_PROFILE = "tune_profile"
    VERIFY_AUDIT = "verify_audit"
    WATCH_MODELS = "watch_models"


class RunState(StrEnum):
    """How far a run is."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self in (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class RunFault:
    """One thing that was wrong."""

    pointer: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run failed."""

    #: The name of the error's class.
    kind: str
    message: str
    faults: tuple[RunFault, ...]


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job."""

    #: UUID version 7, so ids are ordered by the time at which they were asked for.
    run_id: str
    job: str
    inputs: Mapping[str, Json]
    state: RunState
    #: The share that is done, 0 to 1.
    progress: float
    #: Of a run that succeeded.
    result: Json
    #: Of a run that failed.
    error: RunError | None
    #: How often a worker began with it.
    attempts: int
    asked_at: Instant
    started_at: Instant | None
    heartbeat_at: Instant | None
    finished_at: Instant | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """One line of a run's log: what a worker said while it did it."""

    #: RFC 3339, in UTC.
    at: str
    #: As `logging` calls it, in small letters.
    level: str
    #: What happened, in a name: `events_read`.
    event: str
    #: Names, words and numbers of ours; nobody's data.
    details: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A worker's turn at a run. A later turn of another worker ends it."""

    namespace: Namespace
    run_id: str
    job: str
    inputs: Mapping[str, Json]
    #: 1 for the first.
    number: int
    #: The number of the last turn that a run is given.
    most: int
    asked_at: Instant


class Ledger(Protocol):
    """The runs of every namespace, as a worker keeps them. It raises `Unavailable` while the database is away."""

    async def begin(self, run_id: str, worker: str) -> Attempt | None:
        """Take a turn; None for a run that is over or gone."""
        ...

    async def pulse(self, attempt: Attempt, progress: float, lines: Sequence[RunLine] = ()) -> bool:
        """Say that it goes on, and how far it is; False when the turn is over: cancelled, or somebody else's.

        `lines` are added to the run's log, of which the last `LOG_MOST_LINES` stay.
        """
        ...

    async def succeed(self, attempt: Attempt, result: Json, lines: Sequence[RunLine] = ()) -> None:
        """Keep the result, and the lines. Nothing happens when the turn is over. Raises `ResultTooLarge`."""
        ...

    async def fail(self, attempt: Attempt, error: RunError, lines: Sequence[RunLine] = ()) -> None:
        """Keep the error, and the lines; likewise."""
        ...


def run_error(error: TessellaError) -> RunError:
    """An error as a run keeps it, named for its only fault where it has one."""
    faults = list(error.faults())
    named = faults[0] if len(faults) == 1 else error
    kept = tuple(RunFault(each.pointer, each.message, each.hint()) for each in faults)
    return RunError(type(named).__name__, named.message, kept)
