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
from tessella.domain.features.gate import Value, value_of_cell
from tessella.domain.identifiers import FeatureName, Instant, SegmentId, SubjectId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.lint import nodes_with_pointers
from tessella.domain.steps import Steps

#: So many subjects are looked at: a share is then known to within a percent point.
SAMPLE_ROWS: Final = 10_000
#: About so many times a node is evaluated, for a rule so large that fewer subjects have to do: a second or two.
MOST_EVALUATIONS: Final = 400_000
#: And between two pauses: a millisecond or two.
_AT_ONCE: Final = 500


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


def sample_sql(rows: str, columns: Sequence[str], *, subjects: int, nodes: int) -> str:
    """The sample of so many subjects for a rule of so many nodes: the id, the first segment, and these columns."""
    wanted = min(SAMPLE_ROWS, max(1, MOST_EVALUATIONS // max(1, nodes)))
    every = max(1, round(subjects / wanted))
    listed = ", ".join((SUBJECT, FIRST, *columns))
    return f"SELECT {listed} FROM ({rows}) WHERE hash({SUBJECT}) % {every} = 0 ORDER BY {SUBJECT}"


def read_sample(
    rows: Iterable[Sequence[Any]], features: Sequence[FeatureName], context: Mapping[FeatureName, Value]
) -> list[SampledSubject]:
    """The subjects of the sample as rules read them, with what a request is said to carry."""
    own_id = FeatureName(SUBJECT)
    return [
        SampledSubject(
            SubjectId(subject_id), first,
            {**context, own_id: subject_id, **dict(zip(features, map(value_of_cell, cells), strict=True))},
        )
        for subject_id, first, *cells in rows
    ]  # fmt: skip


def sample_steps(
    root: Node, sample: Sequence[SampledSubject], subjects: int, at: Instant, segments: Mapping[SegmentId, Node]
) -> Steps[tuple[RuleCount, list[SubjectId]]]:
    """The counts of a rule, scaled up from the sample to so many subjects, and who of the sample is in it."""
    places = list(nodes_with_pointers(root))
    chunk = max(1, _AT_ONCE // len(places))
    nodes, taken, inside = [0] * len(places), Counter[int | None](), list[SubjectId]()
    for place, subject in enumerate(sample):
        truths = [evaluate(node, subject.values, at, segments) for node, _ in places]
        nodes = [count + truth for count, truth in zip(nodes, truths, strict=True)]
        if truths[0]:
            taken[subject.first] += 1
            inside.append(subject.subject_id)
        if place % chunk == 0:
            yield
    scale = subjects / max(1, len(sample))
    counts = (NodeCount(pointer, round(count * scale)) for (_, pointer), count in zip(places, nodes, strict=True))
    scaled = {first: round(count * scale) for first, count in taken.items()}
    return RuleCount(subjects, tuple(counts), scaled), inside
