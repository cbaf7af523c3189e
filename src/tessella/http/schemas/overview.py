"""The overview of a namespace: what needs a person, what is decided, how far it is set up."""

from __future__ import annotations

import msgspec

from tessella.http.schemas.outcomes import OutcomeRowShown
from tessella.usecases.overview.needs import Urgency


class NeedShown(msgspec.Struct, frozen=True):
    """One thing that needs a person."""

    #: What it is about: `audience`, `experiment`, `job`, `mail`, `model`, `personalization`, `recommendation`,
    #: `source`, `taxonomy` or `webhook`.
    kind: str
    #: The rule of an alert, or `audience_old`, `recommendation_open` or `taxonomy_drift`.
    code: str
    severity: Urgency
    #: The id of what it is about, such as an experiment, a job or a game; empty where it is about all.
    subject: str
    #: How often it was seen, how many runs have failed, recommendations wait, or axes have drifted.
    count: int
    since: str
    detail: str
    #: Of an alert, which can be acknowledged; null of what goes away by itself.
    alert_id: str | None
    #: Of a job that fails, its last run.
    run_id: str | None


class MinuteShown(msgspec.Struct, frozen=True):
    """Decisions that were recorded in one minute."""

    #: When it begins.
    minute: str
    #: Null where there were too many to count that far back.
    decisions: int | None


class DecisionsShown(msgspec.Struct, frozen=True):
    """Decisions that were recorded lately."""

    #: The last 60 minutes, the oldest first; the last one is not over.
    per_minute: list[MinuteShown]
    #: Null where there were too many to count.
    last_24h: int | None


class MatchShown(msgspec.Struct, frozen=True):
    """How often one segment was decided."""

    segment_id: str
    decisions: int
    #: Of all, 0 to 1.
    share: float


class MatchesShown(msgspec.Struct, frozen=True):
    """Which segments were decided how often, the most frequent first."""

    #: From when on: a day ago, or later where there were very many.
    since: str
    items: list[MatchShown]


class SetupShown(msgspec.Struct, frozen=True):
    """How far a namespace is set up."""

    features: int
    sources: int
    segments: int
    events: bool
    facts: bool
    audiences_calculated: bool
    decisions: bool


class OverviewShown(msgspec.Struct, frozen=True):
    """One namespace now."""

    made_at: str
    #: The most urgent first.
    needs: list[NeedShown]
    decisions: DecisionsShown
    matches: MatchesShown
    #: Rates by segment, since they were first counted.
    outcomes: list[OutcomeRowShown]
    setup: SetupShown
