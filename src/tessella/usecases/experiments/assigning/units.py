"""Who meets an experiment, and where: what its targeting and its dimensions read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec

from tessella.domain.definitions.targeting import Targeting
from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.experiments.context.device import is_prepared
from tessella.domain.experiments.context.extract import extract_context
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.features.gate import Value
from tessella.domain.features.schema import Schema
from tessella.domain.features.subject import GROUPS, Subject
from tessella.domain.identifiers import ExperimentId, FeatureName, Instant, Json, SubjectId
from tessella.domain.privacy.subject_ids import check_subject
from tessella.ports import Session
from tessella.usecases.experiments.declared import experiment_named
from tessella.usecases.load_subject import load_subject, own_subject

#: The group of features that a request brings.
_REQUEST: Final = "ctx"
#: An archived experiment reads nothing.
_ARCHIVED: Final = Targeting(None, ())


class AllocationRequest(msgspec.Struct, frozen=True):
    """Who asks for a variant of what, and from where. A struct: one is made for every request."""

    experiment_id: ExperimentId
    #: The unit, as the caller names their user.
    user_identifier: SubjectId
    #: As the channel brings it; see `extract_context`. Features go as in a decision: `ctx.region`.
    context: Mapping[str, Json] = msgspec.field(default_factory=dict)
    channel: ChannelType = ChannelType.WEB


class Arrival(msgspec.Struct, frozen=True):
    """A request, and what it is answered from: something else may be published before it is."""

    request: AllocationRequest
    experiment: Experiment
    targeting: Targeting
    at: Instant

    @property
    def user(self) -> SubjectId:
        """Who arrives."""
        return self.request.user_identifier


class Unit(msgspec.Struct, frozen=True):
    """One user in one context."""

    user: SubjectId
    subject: Subject
    #: The uniform record, which is stored with the assignment.
    context: Mapping[str, Value | None]

    def value(self, name: str) -> Value | None:
        """Of a field of the context, or else of the feature of that name."""
        found = self.context.get(name)
        return self.subject.features.get(FeatureName(name)) if found is None else found

    def values(self) -> dict[FeatureName, Value]:
        """All of them, by name."""
        fields = {FeatureName(name): each for name, each in self.context.items() if each is not None}
        return {**self.subject.features, **fields}


def arrival(session: Session, request: AllocationRequest) -> Arrival:
    """A request at an experiment of the current snapshot.

    Raises `NoSuch`, `SubjectIsAddress`, and `NotYours` for another's user.
    """
    own_subject(session.caller, request.user_identifier)
    check_subject(request.user_identifier, session.snapshot().definitions.defaults.subject_ids, "/user_identifier")
    experiment = experiment_named(session, request.experiment_id)
    targeting = session.snapshot().targeting.get(request.experiment_id, _ARCHIVED)
    return Arrival(request, experiment, targeting, session.now())


async def load_unit(session: Session, arrival: Arrival) -> Unit:
    """The unit of a request, with what is stored of it. Raises as `load_subject`."""
    sent, at = arrival.request.context, arrival.at
    context = await _context(arrival.request.channel, flat_context(sent), at)
    features = features_of(session.snapshot().schema, sent, context)
    subject = await load_subject(session, arrival.user, features, at=at, sources=arrival.targeting.sources)
    return Unit(arrival.user, subject, context)


async def _context(channel: ChannelType, raw: Mapping[str, Json], at: Instant) -> Mapping[str, Value | None]:
    """The record of a visit. The first user agent of a process takes a while: others are answered meanwhile."""
    if "user_agent" in raw and not is_prepared():
        return await asyncio.to_thread(extract_context, channel, raw, at)
    return extract_context(channel, raw, at)


def flat_context(sent: Mapping[str, Json]) -> Mapping[str, Json]:
    """What a caller sent by the names of a context's fields: `ctx.device` is `device`, unless that was sent too.

    >>> flat_context({"ctx": {"device": "mobile"}, "ctx.source": "a", "source": "b"})
    {'device': 'mobile', 'source': 'b', 'ctx': {'device': 'mobile'}, 'ctx.source': 'a'}
    """
    inner = sent.get(_REQUEST)
    prefix = f"{_REQUEST}."
    dotted = {name.removeprefix(prefix): value for name, value in sent.items() if name.startswith(prefix)}
    return {**(inner if isinstance(inner, Mapping) else {}), **dotted, **sent} if inner or dotted else sent


def features_of(schema: Schema, sent: Mapping[str, Json], context: Mapping[str, Value | None]) -> Mapping[str, Json]:
    """What the features of a request are: what was sent of them, and the fields of its context.

    A field is the feature `ctx.<field>` where one is declared that a request may bring: `ctx.source`, `ctx.device`.
    What is neither declared nor in a group of features is no feature: it is read for the context alone.
    """
    named = {name: value for name, value in sent.items() if name in GROUPS or "." in name or name in schema.by_name}
    derived = {f"{_REQUEST}.{name}": value for name, value in context.items()}
    derived[f"{_REQUEST}.timezone"] = sent.get("timezone")
    told = {name: value for name, value in derived.items() if value is not None and FeatureName(name) in schema.gates}
    return {**told, **named}
