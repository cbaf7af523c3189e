"""Rules: checking one, and trying one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tessella.domain.features.schema import Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json
from tessella.domain.rules.ast import Form
from tessella.http.schemas.decide import Context, SubjectText, TimeText
from tessella.http.schemas.explain import TruthTree
from tessella.http.schemas.problem import Fault


class ValidateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule to check."""

    expr: Any
    form: Form = Form.DSL


class HintShown(msgspec.Struct, frozen=True):
    """A remark about a valid rule that may not mean what its author thinks."""

    #: Into the rule as its canonical form writes it.
    pointer: str
    code: str
    text: str


class SqlForm(msgspec.Struct, frozen=True):
    """The rule on one engine: its condition, or why it has none."""

    sql: str | None
    not_sql_because: str | None


class RuleChecked(msgspec.Struct, frozen=True):
    """Everything there is to say about a rule. Of a rule that is not valid there are errors only."""

    valid: bool
    errors: list[Fault]
    sentence: str | None
    #: The condition on DuckDB, where sets are evaluated.
    sql: str | None
    not_sql_because: str | None
    #: The same for every engine.
    engines: Mapping[str, SqlForm]
    lint: list[HintShown]
    #: The rule in its one canonical form.
    canonical: Json = None


class DryRunBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule or a segment, and whom to try it on: `expr` or `segment_id`; `context`, `subject_id` or both."""

    expr: Any = msgspec.UNSET
    form: Form = Form.DSL
    segment_id: str | None = None
    context: Context = msgspec.field(default_factory=dict)
    subject_id: SubjectText | None = None
    at: TimeText | None = None


class DryRunAnswer(msgspec.Struct, frozen=True):
    """Whether it matches, and the truth of every part of it."""

    matched: bool
    sentence: str
    tree: TruthTree
    #: The segment that the same request would be given now.
    chosen_segment_id: str
    #: Where each value came from: request, fact or clock.
    sources: Mapping[str, str]


class SegmentHintShown(msgspec.Struct, frozen=True):
    """A remark about a segment beside the others."""

    segment_id: str
    #: no_enabled_rule, tie or shadowed.
    code: str
    text: str


class SegmentsLinted(msgspec.Struct, frozen=True):
    """Every remark about the segments of the namespace."""

    hints: list[SegmentHintShown]


class FeatureWord(msgspec.Struct, frozen=True):
    """A feature that a rule may read."""

    name: str
    type: FeatureType
    source: Source
    group: str
    unit: str
    description: str
    #: Empty when any value is allowed.
    allowed_values: tuple[Json, ...]


class OperatorWord(msgspec.Struct, frozen=True):
    """An operator, and the types of feature that it can stand on: none where it reads the subject's id instead."""

    name: str
    accepts: tuple[FeatureType, ...]


class VocabularyShown(msgspec.Struct, frozen=True):
    """The words of a rule."""

    features: list[FeatureWord]
    operators: list[OperatorWord]
