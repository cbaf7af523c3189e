"""How changes, plans and publishes are shown."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from tessella.domain.definitions import ObjectChange
from tessella.domain.segments.diff import Moves
from tessella.http.answers import answer
from tessella.http.etags import etag
from tessella.http.problems import fault_of
from tessella.http.schemas.publishing import (
    DraftShown,
    FieldChangeShown,
    MoveShown,
    MovesShown,
    ObjectChangeShown,
    PlanShown,
    PublishedShown,
    SegmentCount,
    VersionOf,
)
from tessella.http.shown.times import time_text
from tessella.ports import Draft, Published
from tessella.usecases.plan import Plan, RequestTime


def draft_shown(draft: Draft) -> DraftShown:
    """A draft."""
    return DraftShown(
        draft.kind, draft.identifier, draft.body, draft.base_version, draft.active_version, draft.is_stale,
        time_text(draft.changed_at) or "", draft.changed_by,
    )  # fmt: skip


def drafted(draft: Draft) -> Response:
    """A draft that was kept: accepted, and not in force."""
    return answer(draft_shown(draft), HTTPStatus.ACCEPTED)


def change_shown(change: ObjectChange) -> ObjectChangeShown:
    """What becomes of an object."""
    fields = [FieldChangeShown(each.action, each.pointer, each.before, each.after) for each in change.fields]
    return ObjectChangeShown(change.kind, change.identifier, change.action, fields)


def plan_shown(plan: Plan) -> Response:
    """A plan, with the snapshot version as its ETag."""
    shown = PlanShown(
        plan.snapshot_version,
        time_text(plan.at) or "",
        plan.valid,
        [fault_of(each) for each in plan.errors],
        [change_shown(each) for each in plan.objects],
        None if plan.moves is None else _moves(plan.moves, plan.request_time),
    )
    return answer(shown, HTTPStatus.OK, {"ETag": etag(plan.snapshot_version)})


def _moves(moves: Moves, request_time: RequestTime) -> MovesShown:
    names = sorted({*moves.before, *moves.after, *request_time})
    return MovesShown(
        moves.subjects,
        [MoveShown(each.before, each.after, each.subjects) for each in moves.moved],
        [
            SegmentCount(each, moves.before.get(each, 0), moves.after.get(each, 0), tuple(request_time.get(each, ())))
            for each in names
        ],
    )


def published_shown(published: Published) -> Response:
    """What a publish did, with the new snapshot version as its ETag."""
    stored = [VersionOf(each.kind, each.identifier, each.version) for each in published.stored]
    shown = PublishedShown(published.snapshot_version, stored)
    return answer(shown, HTTPStatus.OK, {"ETag": etag(published.snapshot_version)})
