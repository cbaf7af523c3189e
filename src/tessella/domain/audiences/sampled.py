"""A rule that has no SQL form, counted row by row over a sample of an audience.

A subject is in the sample by a hash of their id: the same ones each time, and no more of one segment than of another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.audiences.layout import FIRST, SUBJECT
from tessella.domain.audiences.preview import NodeCount, RuleCount
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Instant, SegmentId, SubjectId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.lint import nodes_with_pointers

#: About so many subjects are looked at: some seconds for the largest rules, and a share to within a percent point.
SAMPLE_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Sample:
    """What a count was scaled up from."""

    rows: int
    #: Subjects of the whole audience.
    of: int
    #: Why not all of them were looked at.
    because: str


@dataclass(frozen=True, slots=True)
class SampledSubject:
    """One subject of the sample."""

    subject_id: SubjectId
    #: The position of their first segment.
    first: int | None
    values: Mapping[FeatureName, Value | None]


def sample_sql(rows: str, columns: Sequence[str], subjects: int) -> str:
    """The sample: the id, the first segment, and these columns, of about `SAMPLE_ROWS` of so many subjects."""
    every = max(1, round(subjects / SAMPLE_ROWS))
    listed = ", ".join((SUBJECT, FIRST, *columns))
    return f"SELECT {listed} FROM ({rows}) WHERE hash({SUBJECT}) % {every} = 0"


def read_sample(
    rows: Iterable[Sequence[Any]], features: Sequence[FeatureName], context: Mapping[FeatureName, Value]
) -> list[SampledSubject]:
    """The subjects of the sample as rules read them, with what a request is said to carry."""
    return [
        SampledSubject(
            SubjectId(subject_id), first,
            {**context, FeatureName(SUBJECT): subject_id, **dict(zip(features, map(_value, cells), strict=True))},
        )
        for subject_id, first, *cells in rows
    ]  # fmt: skip


def count_sample(
    root: Node, sample: Sequence[SampledSubject], subjects: int, at: Instant, segments: Mapping[SegmentId, Node]
) -> RuleCount:
    """The counts of a rule, scaled up from the sample to so many subjects. Takes about 2 us a subject and node."""
    places = list(nodes_with_pointers(root))
    nodes, taken = [0] * len(places), Counter[int | None]()
    for subject in sample:
        truths = [evaluate(node, subject.values, at, segments) for node, _ in places]
        nodes = [count + truth for count, truth in zip(nodes, truths, strict=True)]
        taken[subject.first] += truths[0]
    scale = subjects / max(1, len(sample))
    counts = (NodeCount(pointer, round(count * scale)) for (_, pointer), count in zip(places, nodes, strict=True))
    return RuleCount(subjects, tuple(counts), {first: round(count * scale) for first, count in taken.items()})


def _value(cell: Any) -> Value | None:
    """A list arrives as a list, and rules read a tuple."""
    return tuple(cell) if isinstance(cell, list) else cell
