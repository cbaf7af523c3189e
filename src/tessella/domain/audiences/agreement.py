"""What a check has found that decides the same subjects online and set-wise: by rule, by feature, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tessella.domain.identifiers import FeatureName, Instant, Pointer, RuleId, SegmentId


class Against(StrEnum):
    """What online decisions do not agree with."""

    #: The same rules evaluated as SQL over the same subjects, read as a calculation reads them, at the same time.
    EVALUATION = "evaluation"
    #: The files of the calculation in use, where nothing has changed since that could explain it.
    CALCULATION = "calculation"


class NodeTruth(msgspec.Struct, frozen=True):
    """One node of a rule, for one subject."""

    pointer: Pointer
    #: The node in words.
    text: str
    online: bool
    #: As SQL over values that were read set-wise; None for a rule without a SQL form.
    set_wise: bool | None


class Example(msgspec.Struct, frozen=True):
    """One subject about whom there is no agreement."""

    #: A pseudonym.
    subject: str
    #: Whether the segment holds them: as a request is decided, as SQL, and in the calculation in use (None: not told).
    online: bool
    set_wise: bool
    calculated: bool | None
    nodes: tuple[NodeTruth, ...]


class RuleFinding(msgspec.Struct, frozen=True):
    """A rule that does not agree with itself."""

    segment_id: SegmentId
    #: Empty where segments agree and the first match does not.
    rule_id: RuleId
    against: Against
    #: Those of the sample.
    subjects: int
    #: The features that the rule reads, also through `in_segment`.
    features: tuple[FeatureName, ...]
    examples: tuple[Example, ...]


class FeatureFinding(msgspec.Struct, frozen=True):
    """A feature that disagreeing rules read."""

    feature: FeatureName
    #: Of how many subjects a rule disagrees that reads it.
    subjects: int
    #: Of how many of them its value was another one set-wise.
    values_differ: int


class CheckCounts(msgspec.Struct, frozen=True):
    """How many subjects came to what."""

    sampled: int
    #: Decided both ways.
    compared: int
    #: Of these, those about whom there is no agreement.
    disagreed: int
    #: Of these, those whose facts or rows have changed since the calculation: only what is true now was compared.
    changed: int
    #: Left out: opted out since the calculation, or nothing is known of them any more.
    left_out: int


class AgreementReport(msgspec.Struct, frozen=True):
    """One check."""

    #: The calculation that the sample is of, and the moment at which all rules were evaluated.
    version: str
    as_of: Instant
    #: Of the definitions that requests are decided with.
    snapshot_version: int
    seed: int
    counts: CheckCounts
    #: Segments whose bits were compared, and those of them that the calculation has by other rules.
    segments: int
    redefined: tuple[SegmentId, ...]
    #: Segments that cannot be told set-wise, and the request features that they read.
    request_time: Mapping[SegmentId, tuple[FeatureName, ...]]
    rules: tuple[RuleFinding, ...] = ()
    features: tuple[FeatureFinding, ...] = ()

    def summary(self) -> str:
        """What was found, in a sentence or two, without anything of a subject.

        >>> counts = CheckCounts(10, 10, 0, 0, 0)
        >>> AgreementReport("v", Instant(0), 1, 7, counts, 2, (), {}).summary()
        '0 of 10 subjects are in other segments online than set-wise.'
        """
        told = f"{self.counts.disagreed} of {self.counts.compared} subjects are in other segments online than set-wise."
        segments = ", ".join(dict.fromkeys(each.segment_id for each in self.rules))
        return f"{told} Segments: {segments}." if segments else told
