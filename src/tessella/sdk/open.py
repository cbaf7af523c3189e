"""Work with an installation from Python: the use cases of one namespace, without HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Final

from tessella import usecases
from tessella.bootstrap import Application, OpenSession, running
from tessella.domain.decisions import Decision
from tessella.domain.definitions import ID_FIELD, Kind
from tessella.domain.errors import NothingOpen, TessellaError
from tessella.domain.experiments.assignment.conversion import ConversionOutcome
from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.identifiers import CampaignId, ExperimentId, Json, Role, ScopeId, SubjectId, read_namespace
from tessella.domain.personalization.ranking import ScopeRanking
from tessella.ports import Caller, FactsAdded, StoredDefinition
from tessella.sdk.engine import Moment, instant
from tessella.settings import Settings, read_settings
from tessella.usecases.add_facts import SubjectValues
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.experiments.assigning.add_conversions import RewardSent
from tessella.usecases.experiments.assigning.allocate import Allocation
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.explain import Explanation
from tessella.usecases.personalization.recommend import RankingRequest
from tessella.usecases.predictions.predict_customer import CustomerPrediction, read_type
from tessella.usecases.ranking import ItemsAsked
from tessella.usecases.recommend import Recommendation, RecommendationRequest

Values = Mapping[str, Json]
#: Of this task, and of those that it has begun since.
_OPENED: Final[ContextVar[Tessella | None]] = ContextVar("opened", default=None)


class Tessella:
    """One namespace of a running installation, with the use cases bound to it. Made by `tessella.open()`."""

    def __init__(self, application: Application, caller: Caller) -> None:
        self.application = application
        self.caller = caller

    def session(self) -> OpenSession:
        """What every use case takes first: `async with tess.session() as session: ...`."""
        return self.application.session(self.caller)

    @property
    def pool(self) -> Tessella:
        """Itself: requirement B hands some services a pool of connections, which is shared here already."""
        return self

    async def decide(
        self,
        subject_id: str | None = None,
        context: Values | None = None,
        *,
        campaign_id: str | None = None,
        overrides: Values | None = None,
        at: Moment | None = None,
        experiment_id: str | None = None,
    ) -> Decision:
        """Decide for one request and record it. Raises `Invalid` errors for what cannot be accepted.

        `overrides` are knobs, flat or nested; `at` is the moment to decide for, now if it is left out. With
        `experiment_id` the subject is allocated, and the knobs of the variant hold.
        """
        asked = request(
            subject_id, context, campaign_id=campaign_id, overrides=overrides, at=at, experiment_id=experiment_id
        )
        async with self.session() as session:
            return await usecases.decide(session, asked)

    async def decide_many(self, requests: Sequence[DecisionRequest]) -> list[Decision]:
        """Decide for many at once, with one read of all their facts."""
        async with self.session() as session:
            return await usecases.decide_many(session, requests)

    async def recommend(  # noqa: PLR0913 - what can be asked of a recommendation
        self,
        subject_id: str | None = None,
        context: Values | None = None,
        *,
        limit: int = 10,
        item_ids: Sequence[str] | None = None,
        anchor_item_ids: Sequence[str] = (),
        campaign_id: str | None = None,
        overrides: Values | None = None,
        at: Moment | None = None,
        experiment_id: str | None = None,
    ) -> Recommendation:
        """Decide for one request, rank items, and record both. Raises `Invalid` errors for what cannot be accepted.

        With `item_ids` just these are ranked, with `anchor_item_ids` items like them.
        """
        decision = request(
            subject_id, context, campaign_id=campaign_id, overrides=overrides, at=at, experiment_id=experiment_id
        )
        items = ItemsAsked(limit, None if item_ids is None else tuple(item_ids), tuple(anchor_item_ids))
        async with self.session() as session:
            return await usecases.recommend(session, RecommendationRequest(decision, items))

    async def recommend_scope(self, scope: str, subject_id: str | None = None, limit: int = 10) -> ScopeRanking:
        """The items of a scope in the order for a subject; the default order without one. See `usecases`."""
        subject = None if subject_id is None else SubjectId(subject_id)
        async with self.session() as session:
            return await usecases.recommend_scope(session, RankingRequest(ScopeId(scope), limit, subject))

    async def allocate(
        self,
        experiment_id: str,
        user_identifier: str,
        context: Values | None = None,
        channel: ChannelType = ChannelType.WEB,
    ) -> Allocation:
        """The variant of an experiment that a user has; one who has none is given one. See `usecases.allocate`."""
        asked = AllocationRequest(ExperimentId(experiment_id), SubjectId(user_identifier), context or {}, channel)
        async with self.session() as session:
            return await usecases.allocate(session, asked)

    async def convert(
        self,
        experiment_id: str,
        user_identifier: str,
        event_id: str,
        value: float = 1.0,
        *,
        metric: str | None = None,
        at: Moment | None = None,
    ) -> ConversionOutcome:
        """Store what a user did after a variant was given to them, and tell what became of it.

        Sending an `event_id` again changes nothing. Raises what is wrong, such as `NotAssigned`.
        """
        when = None if at is None else instant(at)
        reward = RewardSent(SubjectId(user_identifier), event_id, value, metric, when)
        async with self.session() as session:
            added = await usecases.add_conversions(session, ExperimentId(experiment_id), [reward], at=[""])
        (outcome,) = added.outcomes
        if isinstance(outcome, TessellaError):
            raise outcome
        return outcome

    async def predict(self, customer_id: str, what: str) -> CustomerPrediction:
        """Predict for one customer: `churn`, `nbo` or `rfm`. Raises `WrongShape` for anything else, and `NoModel`."""
        async with self.session() as session:
            return await usecases.predict_customer(session, SubjectId(customer_id), read_type(what))

    async def simulate(
        self,
        subject_id: str | None = None,
        context: Values | None = None,
        *,
        campaign_id: str | None = None,
        overrides: Values | None = None,
        at: Moment | None = None,
    ) -> Explanation:
        """The same with the truth of every rule, and why the other segments lost. Nothing is recorded."""
        asked = request(subject_id, context, campaign_id=campaign_id, overrides=overrides, at=at)
        async with self.session() as session:
            return await usecases.simulate(session, asked)

    async def save_feature(self, feature: Values) -> StoredDefinition:
        """Declare a feature, or change its declaration."""
        return await self._save(Kind.FEATURE, feature)

    async def save_segment(self, segment: Values) -> StoredDefinition:
        """Check a segment, store it as a new version, and put it in force."""
        return await self._save(Kind.SEGMENT, segment)

    async def save_profile(self, profile: Values) -> StoredDefinition:
        """The same for a profile."""
        return await self._save(Kind.PROFILE, profile)

    async def save_campaign(self, campaign: Values) -> StoredDefinition:
        """The same for a campaign."""
        return await self._save(Kind.CAMPAIGN, campaign)

    async def add_facts(self, subject_id: str, values: Values, *, as_of: Moment | None = None) -> FactsAdded:
        """Store values of one subject, true at `as_of`."""
        sent = SubjectValues(SubjectId(subject_id), values, None if as_of is None else instant(as_of))
        async with self.session() as session:
            return await usecases.add_facts(session, [sent])

    async def _save(self, kind: Kind, written: Values) -> StoredDefinition:
        name = str(written.get(ID_FIELD[kind]))
        async with self.session() as session:
            saved = await usecases.save_definition(session, kind, name, written, expected_version=None)
        return saved.stored


def request(
    subject_id: str | None,
    context: Values | None,
    *,
    campaign_id: str | None = None,
    overrides: Values | None = None,
    at: Moment | None = None,
    experiment_id: str | None = None,
) -> DecisionRequest:
    """What is asked of a decision."""
    return DecisionRequest(
        None if subject_id is None else SubjectId(subject_id),
        context or {},
        None if campaign_id is None else CampaignId(campaign_id),
        overrides or {},
        None if at is None else instant(at),
        None if experiment_id is None else ExperimentId(experiment_id),
    )


@asynccontextmanager
async def open_namespace(
    namespace: str, *, role: Role = Role.ADMIN, settings: Settings | None = None
) -> AsyncIterator[Tessella]:
    """An installation's namespace, for as long as the block is open: `async with tessella.open("shop") as tess: ...`.

    The installation is that of `TESSELLA_HOME` or `TESSELLA_DATABASE_URL`, or of `settings`. The namespace is made
    when there is none. Raises `TessellaError` with one sentence on what keeps it from opening.
    """
    name = read_namespace(namespace)
    async with running(settings or read_settings()) as application:
        await application.administration.create_namespace(name)
        tess, before = Tessella(application, Caller(name, role)), _OPENED.get()
        _OPENED.set(tess)
        try:
            yield tess
        finally:
            _OPENED.set(before)


def opened() -> Tessella:
    """The namespace that was opened last here and is still open: for functions that name none. Raises `NothingOpen`."""
    found = _OPENED.get()
    if found is None:
        raise NothingOpen
    return found
