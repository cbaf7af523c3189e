"""Give users variants of an experiment, and take what they do then."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.errors import TessellaError
from tessella.domain.experiments.assignment.conversion import ConversionOutcome
from tessella.domain.experiments.context.channel import read_channel
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import ExperimentId, Pointer, SubjectId
from tessella.http.answers import answer
from tessella.http.auth import admit
from tessella.http.bodies import content, read
from tessella.http.caps import BATCH, DECISION
from tessella.http.hot import Endpoint, HotRoute
from tessella.http.problems import answer_problem, fault_of
from tessella.http.routes.experiments.named import EXPERIMENT
from tessella.http.rows import RowKind, converted, decode_rows
from tessella.http.schemas.allocate import (
    AllocateBody,
    ConversionBody,
    ConversionsBody,
    ConversionsTaken,
    ConversionTaken,
)
from tessella.http.serving import application_of, metrics_of
from tessella.http.shown.allocations import allocation_to
from tessella.ports import Caller
from tessella.usecases.experiments.assigning.add_conversions import Outcome, RewardSent, remark_on
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.rejected import refusal

_PATH: Final = "/api/v1/experiments/{experiment_id}"
_ROWS: Final = RowKind(ConversionBody, "conversions", ConversionsBody, may_stand_alone=False, most=10_000)


async def allocate(request: Request) -> Response:
    """Tell the variant of a user, who is given one the first time.

    Asking again gives the same variant, whatever has changed since. A user whom the experiment is not for, or who has
    switched personalization off, gets the control, and `recorded` is false.
    """
    caller = await admit(request, "experiments.allocate")
    body = await read(request, AllocateBody, DECISION)
    asked = AllocationRequest(
        _experiment(request), SubjectId(body.user_identifier), body.context, read_channel(body.channel, "/channel")
    )
    async with application_of(request).session(caller) as session:
        given = await usecases.allocate(session, asked)
    return answer(allocation_to(caller.role, body.user_identifier, given))


async def add_conversion(request: Request) -> Response:
    """Store one conversion of a user to whom a variant was given. Sending it again is safe.

    One that comes after the attribution window is kept and not counted.
    """
    caller = await admit(request, "experiments.convert")
    reward, name = _reward(await read(request, ConversionBody, DECISION), ""), _experiment(request)
    async with application_of(request).session(caller) as session:
        (outcome,) = (await usecases.add_conversions(session, name, [reward], at=[""])).outcomes
        note = remark_on(session, name, reward)
    _count(request, caller, [outcome])
    if isinstance(outcome, TessellaError):
        raise outcome
    return answer(ConversionTaken(outcome, note), HTTPStatus.ACCEPTED)


async def add_conversions(request: Request) -> Response:
    """Store 1 to 10,000 conversions of one experiment, each as by itself.

    Those that are wrong are listed under `rejected` and cost the others nothing; the request is refused when all are.
    """
    caller = await admit(request, "experiments.convert")
    raw = await content(request, BATCH.bytes)
    at, rewards, refused = converted(decode_rows(raw, _ROWS, BATCH), _reward)
    async with application_of(request).session(caller) as session:
        added = await usecases.add_conversions(session, _experiment(request), rewards, at=at)
    outcomes = [*added.outcomes, *refused]
    _count(request, caller, outcomes)
    return _answer(outcomes)


def _answer(outcomes: list[Outcome]) -> Response:
    rejected = [each for each in outcomes if isinstance(each, TessellaError)]
    error = refusal(len(outcomes) - len(rejected), rejected)
    if error is not None:
        return answer_problem(error)
    taken = Counter(each for each in outcomes if isinstance(each, ConversionOutcome))
    counts = {each.value: taken[each] for each in ConversionOutcome}
    return answer(ConversionsTaken(**counts, rejected=[fault_of(each) for each in rejected]), HTTPStatus.ACCEPTED)


def _count(request: Request, caller: Caller, outcomes: list[Outcome]) -> None:
    for each in outcomes:
        metrics_of(request).rewarded(
            caller.namespace, each.value if isinstance(each, ConversionOutcome) else "rejected"
        )


def _reward(body: ConversionBody, at: Pointer) -> RewardSent:
    when = None if body.at is None else read_instant(body.at, f"{at}/at")
    return RewardSent(SubjectId(body.user_identifier), body.event_id, body.value, body.metric, when)


def _experiment(request: Request) -> ExperimentId:
    return ExperimentId(request.path_params["experiment_id"])


def _hot(path: str, endpoint: Endpoint, body: str, told: str, status: HTTPStatus) -> HotRoute:
    return HotRoute(_PATH + path, endpoint, "experiments", body, told, status, (EXPERIMENT,))


HOT: Final = (
    _hot("/allocate", allocate, "AllocateBody", "AllocationShown", HTTPStatus.OK),
    _hot("/conversions", add_conversion, "ConversionBody", "ConversionTaken", HTTPStatus.ACCEPTED),
    _hot("/conversions/batch", add_conversions, "ConversionsBody", "ConversionsTaken", HTTPStatus.ACCEPTED),
)
