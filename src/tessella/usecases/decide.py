"""Decide: choose the segment and ranking configuration of one request, or of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tessella.domain.decisions import MISSING_ROW, STALE_FACTS, STALE_ROW, Decision, Given, Reason
from tessella.domain.errors import UnknownReference
from tessella.domain.experiments.context.fields import READ
from tessella.domain.features.gate import Value
from tessella.domain.features.subject import NO_FACTS, Subject
from tessella.domain.identifiers import (
    CampaignId,
    DecisionId,
    ExperimentId,
    FeatureName,
    Instant,
    Json,
    SubjectId,
    nearest,
)
from tessella.domain.ranking.knobs import NO_KNOBS, Knobs, read_knobs
from tessella.domain.segments.choice import choose_segment
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.usecases.experiments.assigning.in_decision import with_variant, with_variants
from tessella.usecases.load_subject import asked_subject, load_facts, load_subject, subject_of


class DecisionRequest(msgspec.Struct, frozen=True):
    """What is asked: for whom, in which context, and with which overrides. A struct: one is made for every request."""

    subject_id: SubjectId | None = None
    context: Mapping[str, Json] = msgspec.field(default_factory=dict)
    campaign_id: CampaignId | None = None
    #: Knobs, flat or nested; the strongest layer.
    overrides: Mapping[str, Json] = msgspec.field(default_factory=dict)
    #: None: now.
    at: Instant | None = None
    #: An experiment whose variant's knobs hold for the subject.
    experiment_id: ExperimentId | None = None
    #: That variant, once it is known: `with_variant` finds it.
    given: Given | None = None

    def moment(self, now: Instant) -> Instant:
        """The moment to decide for."""
        return now if self.at is None else self.at


async def decide(session: Session, request: DecisionRequest) -> Decision:
    """Choose the segment and ranking configuration for one request, and record why.

    With an experiment the subject is allocated, as `allocate` does, and the knobs of the variant hold.
    """
    at, request = request.moment(session.now()), await with_variant(session, request)
    subject = await load_subject(session, request.subject_id, request.context, at=at)
    decision = decision_for(session.snapshot(), request, subject, at, session.new_decision_id())
    await session.record(decision)
    return decision


async def decide_many(session: Session, requests: Sequence[DecisionRequest]) -> list[Decision]:
    """The same for up to 10,000 requests, with one read of all their facts."""
    now, requests = session.now(), await with_variants(session, requests)
    named = [asked_subject(session, each.subject_id) for each in requests]
    loaded = await load_facts(session, list(dict.fromkeys(each for each in named if each is not None)))
    decisions = []
    for request, subject_id in zip(requests, named, strict=True):
        at = request.moment(now)
        facts = NO_FACTS if subject_id is None else loaded[subject_id]
        subject = subject_of(session, subject_id, request.context, facts, at)
        decisions.append(decision_for(session.snapshot(), request, subject, at, session.new_decision_id()))
    await session.record_all(decisions)
    return decisions


def decision_for(
    snapshot: Snapshot, request: DecisionRequest, subject: Subject, at: Instant, decision_id: DecisionId
) -> Decision:
    """The decision, not yet recorded."""
    choice = choose_segment(snapshot.matcher, snapshot.definitions.segments, subject, now=at)
    campaign, campaign_reasons = running_campaign(snapshot, request.campaign_id, at)
    overrides = read_knobs(request.overrides, "/overrides") if request.overrides else {}
    of_variant, experiment_reasons = variant_knobs(snapshot, request.given)
    config = snapshot.config(choice.profile_id, campaign=campaign, experiment=of_variant, overrides=overrides)
    return Decision(
        decision_id=decision_id,
        subject_id=subject.subject_id,
        segment_id=choice.segment_id,
        profile_id=choice.profile_id,
        rule_id=choice.rule_id,
        config=config.values,
        provenance=config.provenance,
        reasons=(*choice.reasons, *campaign_reasons, *experiment_reasons, *subject_reasons(subject, request.given)),
        snapshot_version=snapshot.version,
        at=at,
        facts_as_of=subject.facts.as_of,
        features=features_read(snapshot, subject),
        campaign_id=request.campaign_id,
        overrides=overrides,
        experiment=request.given,
    )


def variant_knobs(snapshot: Snapshot, given: Given | None) -> tuple[Knobs, tuple[Reason, ...]]:
    """The knobs of a variant. Raises `UnknownReference` when the snapshot has no such experiment, or variant."""
    if given is None:
        return NO_KNOBS, ()
    known = snapshot.definitions.experiments
    experiment = known.get(given.experiment_id)
    variants = {} if experiment is None else {each.variant_id: each for each in experiment.variants}
    if given.variant_id not in variants:
        raise UnknownReference("/experiment_id", "experiment", given.experiment_id, None, known)
    why = f": nothing is recorded ({given.unrecorded})" if given.unrecorded else ""
    text = f'Experiment "{given.experiment_id}" gives the variant "{given.variant_id}"{why}.'
    return variants[given.variant_id].overrides, (Reason("experiment", text),)


def running_campaign(
    snapshot: Snapshot, campaign_id: CampaignId | None, at: Instant
) -> tuple[Knobs, tuple[Reason, ...]]:
    """The campaign's overrides when it runs at `at`. Raises `UnknownReference` when there is no such campaign."""
    if campaign_id is None:
        return {}, ()
    known = snapshot.definitions.campaigns
    campaign = known.get(campaign_id)
    if campaign is None:
        raise UnknownReference("/campaign_id", "campaign", campaign_id, nearest(campaign_id, known), known)
    if campaign.holds_at(at):
        return campaign.overrides, (Reason("campaign", f'Campaign "{campaign_id}" set some knobs.'),)
    return {}, (Reason("campaign_not_running", f'Campaign "{campaign_id}" does not run at this time.'),)


def subject_reasons(subject: Subject, given: Given | None) -> tuple[Reason, ...]:
    """What the caller should know about the values that were used; an experiment reads the visit too."""
    reasons: tuple[Reason, ...] = ()
    if subject.facts.stale:
        reasons += (STALE_FACTS,)
    if subject.facts.row_is_stale:
        reasons += (MISSING_ROW if subject.facts.row_is_missing else STALE_ROW,)
    ignored = subject.ignored if given is None else tuple(each for each in subject.ignored if not _is_of_visit(each))
    if ignored:
        text = f"Not declared as features, so ignored: {', '.join(ignored)}."
        reasons += (Reason("ignored", text, {"names": ignored}),)
    return reasons


def _is_of_visit(name: str) -> bool:
    return name.removeprefix("ctx.") in READ


def features_read(snapshot: Snapshot, subject: Subject) -> Mapping[FeatureName, Value]:
    """The values that the rules could read, for the record. None are kept of a subject who has opted out."""
    if not subject.personalized:
        return {}
    value_of = subject.features.get
    return {name: value for name in snapshot.recorded if (value := value_of(name)) is not None}
