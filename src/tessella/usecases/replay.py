"""Replay: decide a recorded decision again, from what it was made from, and compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tessella.domain.decisions import MISSING_ROW, OPTED_OUT, STALE_FACTS, STALE_ROW, Decision, Kept, Reason, kept
from tessella.domain.errors import (
    ContextNotKept,
    Faults,
    NotReplayable,
    SubjectDoesNotFit,
    SubjectErased,
    SubjectNeeded,
    UnknownReference,
    WrongShape,
)
from tessella.domain.features.gate import normalise
from tessella.domain.features.schema import SUBJECT
from tessella.domain.features.subject import Facts, Subject
from tessella.domain.identifiers import DecisionId, Instant, Json, SubjectId
from tessella.domain.privacy.audit_chain import ERASED
from tessella.domain.ranking.reasons import INDEX_BUILDING
from tessella.domain.snapshot import Snapshot
from tessella.domain.wire import read_record
from tessella.ports import AuditRow, Session
from tessella.usecases.decide import DecisionRequest, decision_for
from tessella.usecases.list_audit import get_recorded
from tessella.usecases.past import Pasts
from tessella.usecases.replay_items import RecordedItems, with_items_again

_COLUMNS: Final = ("segment_id", "profile_id", "rule_id", "snapshot_version", "at")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that came out otherwise."""

    field: str
    recorded: Json
    replayed: Json


@dataclass(frozen=True, slots=True)
class Replay:
    """A decision beside its repetition. All is compared but `decision_id` and `recorded_at`."""

    decision_id: DecisionId
    snapshot_version: int
    equal: bool
    differences: tuple[Difference, ...]


async def replay_decision(session: Session, decision_id: str, subject_id: SubjectId | None = None) -> Replay:
    """Decide a recorded decision again. `subject_id` is needed where a rule that was tried reads it.

    Items are ranked again from the index and the history of then. Raises `NoSuch`, `ContextNotKept`, `SubjectErased`,
    `SubjectNeeded`, `SubjectDoesNotFit`, `NotReplayable`, and by name what is not there any more: `HistoryGone` (of the
    definitions), `IndexNotKept`, `OverlayGone`, `HistoryChanged` and `SubjectOptedOut`.
    """
    return await replay_row(session, Pasts(session), await get_recorded(session, decision_id), subject_id)


async def replay_row(session: Session, pasts: Pasts, row: AuditRow, subject_id: SubjectId | None) -> Replay:
    """The same for a row at hand; `pasts` keeps the snapshots that were built."""
    if row.body == ERASED:
        raise SubjectErased
    if subject_id is not None and row.user_hash not in session.pseudonyms(subject_id):
        raise SubjectDoesNotFit("/subject_id", subject_id)
    try:
        body = read_record(Kept, row.body)
        past = await pasts.at(row.snapshot_version, body.env)
        if subject_id is None and row.user_hash is not None and past.needs_subject(row.segment_id, row.rule_id):
            raise SubjectNeeded("/subject_id")
        subject = _subject(past.snapshot, row.at, body, subject_id)
        replayed = _decided(past.snapshot, row, body, subject)
        if body.ranked is not None:
            built_share = _details(body).get(INDEX_BUILDING, {}).get("progress")
            recorded = RecordedItems(body.ranked, body.items, subject_id, built_share)
            replayed = await with_items_again(session, past.snapshot, recorded, subject, replayed)
    except (UnknownReference, WrongShape, Faults) as error:
        raise NotReplayable(row.snapshot_version, error.message.rstrip(".")) from error
    differences = tuple(_differences(_fields(row), _fields_of(replayed)))
    return Replay(row.decision_id, row.snapshot_version, not differences, differences)


def _decided(snapshot: Snapshot, row: AuditRow, body: Kept, subject: Subject) -> Decision:
    request = DecisionRequest(
        subject.subject_id, {}, body.campaign_id, body.overrides, row.at, given=body.experiment
    )  # fmt: skip
    return decision_for(snapshot, request, subject, row.at, row.decision_id)


def _subject(snapshot: Snapshot, at: Instant, body: Kept, subject_id: SubjectId | None) -> Subject:
    """The subject as the rules saw them. A feature that was absent then is absent now."""
    details = _details(body)
    if OPTED_OUT.code in details:
        raise ContextNotKept
    declared = ((snapshot.schema.get(name), value) for name, value in body.features.items())
    values = {feature.name: normalise(value, feature.type) for feature, value in declared if feature is not None}
    features = {name: value for name, value in values.items() if value is not None}
    if subject_id is not None:
        features[SUBJECT] = subject_id
    is_missing = _gives(body, MISSING_ROW)
    facts = Facts(
        as_of=body.facts_as_of, stale=_gives(body, STALE_FACTS),
        row_is_stale=is_missing or _gives(body, STALE_ROW), row_is_missing=is_missing,
    )  # fmt: skip
    return Subject(subject_id, features, facts, ignored=tuple(details.get("ignored", {}).get("names", ())))


def _details(body: Kept) -> Mapping[str, Mapping[str, Json]]:
    """What the reasons say besides their sentences."""
    return {reason.code: reason.detail for reason in body.reasons}


def _gives(body: Kept, reason: Reason) -> bool:
    """Whether a reason was given, whatever its words were then."""
    return any((each.code, each.detail) == (reason.code, reason.detail) for each in body.reasons)


def _fields(row: AuditRow) -> Mapping[str, Json]:
    return {name: getattr(row, name) for name in _COLUMNS} | _flat(row.body)


def _fields_of(decision: Decision) -> Mapping[str, Json]:
    body = msgspec.json.decode(msgspec.json.encode(kept(decision)))
    return {name: getattr(decision, name) for name in _COLUMNS} | _flat(body)


def _flat(body: Mapping[str, Any]) -> dict[str, Json]:
    """Each value by itself: `config.alpha`."""
    flat: dict[str, Json] = {}
    for name, value in body.items():
        flat |= {f"{name}.{key}": each for key, each in value.items()} if isinstance(value, dict) else {name: value}
    return flat


def _differences(recorded: Mapping[str, Json], replayed: Mapping[str, Json]) -> Iterator[Difference]:
    for field in dict.fromkeys((*recorded, *replayed)):
        if recorded.get(field) != replayed.get(field):
            yield Difference(field, recorded.get(field), replayed.get(field))
