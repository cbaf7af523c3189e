"""The record of one choice: what was chosen, for whom, when, from which version, and why.

These are structs, because they are made for every request: a frozen dataclass takes ten times as long to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import (
    CampaignId,
    DecisionId,
    ExperimentId,
    FeatureName,
    Instant,
    Json,
    ProfileId,
    RuleId,
    SegmentId,
    SubjectId,
    VariantId,
)


class Reason(msgspec.Struct, frozen=True):
    """One statement about why a decision came out as it did."""

    #: A stable word for programs, such as `segment_matched`.
    code: str
    #: The same in a sentence, for people.
    text: str
    detail: Mapping[str, Json] = msgspec.field(default_factory=dict)


NO_MATCH: Final = Reason("no_match", "No segment matched, so the default applies.")
STALE_FACTS: Final = Reason("stale", "The database is away: the last known facts were used.")
STALE_ROW: Final = Reason(
    "stale", "Not all of the customer's row could be read in time: the last known values were used.", {"of": "row"}
)
MISSING_ROW: Final = Reason(
    "stale",
    "The customer's row could not be read in time, and none was known before: rules that read it were decided as "
    "without it.",
    {"of": "row", "is_known": False},
)
OPTED_OUT: Final = Reason("opted_out", "The subject has switched personalization off: only the request was read.")


class Choice(msgspec.Struct, frozen=True):
    """Which segment was chosen, and the reasons; the first half of a decision."""

    segment_id: SegmentId
    profile_id: ProfileId | None
    rule_id: RuleId | None
    reasons: tuple[Reason, ...]


class Ranked(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the items of a decision came about: what a replay needs besides the decision itself."""

    limit: int
    #: The moment of the ranking. Before the decision's own, where a ranking was given again.
    at: Instant
    item_ids: tuple[str, ...] | None = None
    anchor_item_ids: tuple[str, ...] = ()
    #: The region of the request, if it told one.
    region: str | None = None
    index_version: str | None = None
    #: What had become of its items since it was built; empty while nothing had.
    overlay: str = ""
    #: Of the subject's history; empty when none was read.
    history_digest: str = ""
    #: Events that were received up to this moment were in it.
    history_as_of: Instant | None = None


class Given(msgspec.Struct, frozen=True, omit_defaults=True):
    """The variant of an experiment that a decision was made with."""

    experiment_id: ExperimentId
    variant_id: VariantId
    #: The segment of the experiment, which need not be the decision's own.
    segment_key: str
    #: Why nothing is recorded of the subject in the experiment, who gets the control then; empty: it is recorded.
    unrecorded: str = ""
    policy_version: int | None = None
    #: How likely the variant was before it was drawn; None where none was.
    propensity: float | None = None
    in_holdout: bool = False


class Decision(msgspec.Struct, frozen=True):
    """An immutable record of one choice. What the caller gets, explain shows and the audit keeps is this object."""

    decision_id: DecisionId
    #: None for an anonymous request, and for a subject who has opted out.
    subject_id: SubjectId | None
    segment_id: SegmentId
    profile_id: ProfileId | None
    rule_id: RuleId | None
    config: Mapping[str, float | int | bool]
    #: The layer that set each knob.
    provenance: Mapping[str, str]
    reasons: tuple[Reason, ...]
    snapshot_version: int
    #: The moment that the decision is about.
    at: Instant
    #: The oldest stamp among the stored facts that were read; None when none was.
    facts_as_of: Instant | None
    #: The values of the features that the rules could read; never a personal one.
    features: Mapping[FeatureName, Value]
    campaign_id: CampaignId | None = None
    overrides: Mapping[str, float | int | bool] = msgspec.field(default_factory=dict)
    #: The ids of the items that were recommended and their scores, best first.
    items: tuple[tuple[str, float], ...] = ()
    #: Which items were asked for, and what they were ranked from; None for a decision without items.
    ranked: Ranked | None = None
    #: None where no experiment was asked for.
    experiment: Given | None = None

    @property
    def index_version(self) -> str | None:
        """The version of the ranking index; None where there was none."""
        return None if self.ranked is None else self.ranked.index_version

    @property
    def history_digest(self) -> str:
        """The digest of the subject's history; empty where none was read."""
        return "" if self.ranked is None else self.ranked.history_digest


class Kept(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the audit keeps of a decision besides its columns: all that explains it and that a replay reads.

    Neither the subject's id nor a personal value is among it.
    """

    config: Mapping[str, float | int | bool]
    reasons: tuple[Reason, ...]
    facts_as_of: Instant | None
    features: Mapping[FeatureName, Value]
    campaign_id: CampaignId | None
    overrides: Mapping[str, float | int | bool]
    #: The knobs that the environment set, if any held.
    env: Mapping[str, float | int | bool] = msgspec.field(default_factory=dict)
    #: Of a recommendation.
    items: tuple[tuple[str, float], ...] = ()
    ranked: Ranked | None = None
    experiment: Given | None = None


def kept(decision: Decision) -> Kept:
    """What the audit keeps of a decision."""
    env = {}
    if "env" in decision.provenance.values():
        env = {knob: decision.config[knob] for knob, layer in decision.provenance.items() if layer == "env"}
    return Kept(
        decision.config, decision.reasons, decision.facts_as_of, decision.features, decision.campaign_id,
        decision.overrides, env, decision.items, decision.ranked, decision.experiment,
    )  # fmt: skip
