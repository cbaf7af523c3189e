"""What an audience says of a rule or a segment. Counts that a role is not shown are texts, such as "< 10"."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import DEFINITION_PATTERN, Json
from tessella.domain.rules.ast import Form
from tessella.http.schemas.audiences import Count
from tessella.http.schemas.decide import Context
from tessella.ports.audience_reading import FileForm

SegmentName = Annotated[str, msgspec.Meta(pattern=f"^{DEFINITION_PATTERN.pattern}$")]
Priority = Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)]
#: So many columns of an export at most, besides the id.
MOST_COLUMNS = 2_000


class PreviewBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule, and where it would be tried."""

    expr: Any
    form: Form = Form.DSL
    #: The segment whose rules it would take the place of.
    segment_id: SegmentName | None = None
    #: That of the segment when it is absent; without one, before all others.
    priority: Priority | None = None
    #: What a request carries, for rules that read it.
    context: Context | None = None


class NodeShown(msgspec.Struct, frozen=True):
    """For how many subjects one part of a rule is true."""

    #: Into `canonical`.
    pointer: str
    count: Count
    #: Of all subjects, 0 to 1; absent where the count is not shown.
    share: float | None


class LossShown(msgspec.Struct, frozen=True):
    """How many subjects a segment would lose to the rule."""

    segment_id: str
    loses: Count


class SampleShown(msgspec.Struct, frozen=True):
    """What counts were scaled up from."""

    rows: Count
    of: Count
    because: str


class PreviewShown(msgspec.Struct, frozen=True):
    """Whom a rule would hold, as of the last calculation."""

    as_of: str
    #: The calculation.
    version: str
    #: Of the definitions that the calculation used.
    snapshot_version: int
    #: Everybody who was looked at.
    rows: Count
    count: Count
    share: float | None
    #: Every part of the rule, parents first.
    nodes: list[NodeShown]
    #: The first members by id; pseudonyms for roles below admin.
    examples: list[str]
    #: Segments whose first match some subjects are now, in the order of trial; `default` for those of no segment.
    losses: list[LossShown]
    #: Segments with other rules or in another place since the calculation: the losses are by those that it had.
    changed_since: list[str]
    #: Segments that only a request can tell: the losses hold unless one of them wins.
    request_time: list[str]
    #: Absent when every subject was looked at.
    sample: SampleShown | None
    #: The rule in its one canonical form.
    canonical: Json = None


class MembersShown(msgspec.Struct, frozen=True):
    """Some members of a segment, by id."""

    as_of: str
    version: str
    #: The segment's rules are others now: these are of those before.
    changed_since: bool
    items: list[str]
    next_cursor: str | None


class UsageShown(msgspec.Struct, frozen=True):
    """What changes with a segment."""

    segment_id: str
    #: Absent: its subjects get the namespace's defaults.
    profile_id: str | None
    active: bool
    #: The segments whose rules read it.
    read_by: list[str]
    #: The segments that read one of these.
    read_through: list[str]
    #: Webhooks that are limited to it, by their ids; those without segments are told of every one.
    webhook_ids: list[str]
    #: Experiments whose targeting reads it, or one of these segments.
    experiment_ids: list[str]


class LevelShown(msgspec.Struct, frozen=True):
    """How frequent a text is among those who have one, 0 to 1."""

    value: str
    segment: float
    rest: float


class FeatureDifferenceShown(msgspec.Struct, frozen=True):
    """One feature in the segment and in the rest."""

    feature: str
    type: FeatureType
    #: What is compared: the values, or whether there is one.
    about: Literal["value", "presence"]
    #: On the scale of Cohen's d, -10 to 10: 0.2 is small, 0.8 large. Of texts never negative.
    effect: float
    #: standardised_mean_difference, log_odds_ratio or cramers_v.
    measure: str
    measured: float
    p_value: float
    #: Corrected for the number of comparisons (Benjamini and Hochberg).
    q_value: float
    #: Whether it is a discovery: at most 5 % of these are false.
    sure: bool
    #: The segment's own rules read the feature.
    own: bool
    #: The mean of a number, as ISO 8601 of a timestamp; the share of true, or of those who have a value.
    segment: float | str | None
    rest: float | str | None
    #: Of a text, the values whose shares differ most.
    levels: list[LevelShown]


class ProfileShown(msgspec.Struct, frozen=True):
    """What sets a segment apart, as of the last calculation."""

    segment_id: str
    as_of: str
    version: str
    #: The segment's rules are others now: this is of those before.
    changed_since: bool
    subjects: Count
    rest: Count
    #: Comparisons that were made, for the correction.
    compared: int
    #: Sure ones first, each kind by the size of its effect.
    differences: list[FeatureDifferenceShown]


class ExportBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to write the members of a segment, or everybody, and how."""

    #: A file below the namespace's folder of exports, or a URL of a scheme that the server allows.
    target: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
    form: FileForm = FileForm.CSV
    #: Columns of values, beside the id.
    features: Annotated[list[str], msgspec.Meta(max_length=MOST_COLUMNS)] = []
