"""What is known about a subject when a request is decided: stored facts, the request's context, the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final

import msgspec

from tessella.domain.errors import ClientSentTrait, Faults, FeatureNotAccepted, TessellaError, WrongShape
from tessella.domain.features.gate import Value
from tessella.domain.features.schema import SUBJECT, Schema
from tessella.domain.identifiers import FeatureName, Instant, Json, Role, SubjectId, point
from tessella.domain.zones import zone_named

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TIMES_OF_DAY: Final = ("night", "morning", "afternoon", "evening")
#: `context: {ctx: {...}, user: {...}, session: {...}}` is the nested form of dotted names.
GROUPS: Final = ("ctx", "user", "session")


@dataclass(frozen=True, slots=True)
class Facts:
    """Stored values of one subject, normalised, each with the time it was true."""

    values: Mapping[FeatureName, Value] = field(default_factory=dict)
    #: The oldest stamp among them; None when there are none.
    as_of: Instant | None = None
    #: Whether they come from the cache because the database is away.
    stale: bool = False
    #: Those of the values that a source of customers holds.
    from_row: frozenset[FeatureName] = frozenset()
    #: Whether a source did not give the subject's row, or not all of it, in time.
    row_is_stale: bool = False
    #: Whether nothing was known of it from before either.
    row_is_missing: bool = False
    #: The oldest stamp among those that predictions wrote.
    predicted_at: Instant | None = None


NO_FACTS: Final = Facts()


class Subject(msgspec.Struct, frozen=True):
    """Everything that the rules may read for one request. A struct, because one is made for every request."""

    subject_id: SubjectId | None
    features: Mapping[FeatureName, Value]
    facts: Facts = NO_FACTS
    #: False when the subject has switched personalization off: nothing about them was loaded, nor is any kept.
    personalized: bool = True
    #: Names in the context that are not declared, so no rule can read them.
    ignored: tuple[str, ...] = ()
    #: Names whose value came with the request.
    requested: frozenset[FeatureName] = frozenset()


def assemble(
    schema: Schema, subject_id: SubjectId | None, context: Mapping[str, Json], *, facts: Facts, role: Role, at: Instant
) -> Subject:
    """The subject of one request. The request's own values win over stored ones where that is allowed.

    Raises `Faults` with a `FeatureNotAccepted` for each value that the request may not carry, and `Denied` when a
    client sends `user.*`. Source: requirement A, pipeline step 1; SEMANTICS, "Where values come from".
    """
    sent, ignored = read_context(schema, context, role)
    features: dict[FeatureName, Value] = {**facts.values, **sent, **clock(at, sent.get(FeatureName("ctx.timezone")))}
    if subject_id is not None:
        features[SUBJECT] = subject_id
    return Subject(subject_id, features, facts, ignored=ignored, requested=frozenset(sent))


def opted_out(schema: Schema, context: Mapping[str, Json], *, role: Role, at: Instant) -> Subject:
    """A subject of whom nothing is known, by their own wish: only what the request itself tells. Raises likewise."""
    sent, ignored = read_context(schema, context, role)
    features = {**sent, **clock(at, sent.get(FeatureName("ctx.timezone")))}
    return Subject(None, features, personalized=False, ignored=ignored, requested=frozenset(sent))


def read_context(
    schema: Schema, context: Mapping[str, Json], role: Role
) -> tuple[dict[FeatureName, Value], tuple[str, ...]]:
    """The normalised values of a request, and the names that are not declared."""
    sent: dict[FeatureName, Value] = {}
    suspects: list[FeatureName] = []
    for name, value in flat(context).items():
        gate = schema.gates.get(name)
        if gate is None:
            suspects.append(name)
        elif (accepted := gate(value)) is not None:
            sent[name] = accepted
    if suspects or role is Role.CLIENT:
        check_names(schema, context, role)
    return sent, tuple(suspects)


def check_names(schema: Schema, context: Mapping[str, Json], role: Role) -> None:
    """Raises `Faults` for declared features that a request may not carry, and `ClientSentTrait`."""
    errors: list[TessellaError] = []
    for steps, name, _ in dotted(context):
        if role is Role.CLIENT and name.startswith("user."):
            raise ClientSentTrait(point("/context", *steps), name)
        feature = schema.by_name.get(name)
        if feature is not None and (refusal := feature.refusal()):
            errors.append(FeatureNotAccepted(point("/context", *steps), name, refusal))
    if errors:
        raise Faults(errors)


def flat(context: Mapping[str, Json]) -> dict[FeatureName, Json]:
    """The values of a context by their full names. Raises `WrongShape` for a group that is no object."""
    values: dict[FeatureName, Json] = {}
    for name, value in context.items():
        if name not in GROUPS:
            values[FeatureName(name)] = value
        elif isinstance(value, dict | Mapping):
            for inner, each in value.items():
                values[FeatureName(f"{name}.{inner}")] = each
        else:
            raise WrongShape(point("/context", name), f'"{name}" must be an object of values.')
    return values


def dotted(context: Mapping[str, Json]) -> Iterator[tuple[tuple[str, ...], FeatureName, Json]]:
    """Each value of a context with the steps of its pointer and its full name, from the nested or the flat form."""
    for name, value in context.items():
        if name in GROUPS and isinstance(value, Mapping):
            yield from (((name, inner), FeatureName(f"{name}.{inner}"), each) for inner, each in value.items())
        else:
            yield (name,), FeatureName(name), value


def clock(at: Instant, timezone: Value | None) -> dict[FeatureName, Value]:
    """`ctx.hour`, `ctx.time_of_day` and `ctx.weekday` at `at` in a time zone.

    They are those of UTC when the zone is absent or unknown, and when the local year would be 0 or 10000.
    """
    zone = (zone_named(timezone) or UTC) if isinstance(timezone, str) else UTC
    hour, weekday = _utc(at) if zone is UTC else _local(at, zone)
    return {
        FeatureName("ctx.hour"): hour,
        FeatureName("ctx.time_of_day"): TIMES_OF_DAY[hour // 6],
        FeatureName("ctx.weekday"): WEEKDAYS[weekday],
    }


def _utc(at: Instant) -> tuple[int, int]:
    day, second = divmod(at // 1_000_000, 86_400)
    return second // 3600, (day + 3) % 7


def _local(at: Instant, zone: tzinfo) -> tuple[int, int]:
    try:
        local = datetime.fromtimestamp(at // 1_000_000, zone)
    except (OverflowError, ValueError):  # in that zone it is the year 0 or 10000
        return _utc(at)
    return local.hour, local.weekday()
