"""Which segments get a label of their own: the largest, so that labels never grow without bound."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, TypeVar

from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.http.metrics.report import BySegment

Count = TypeVar("Count", int, OutcomeCounts)

#: Over all namespaces, by their decisions. The rest of each namespace counts together.
MOST_SEGMENTS: Final = 200
#: Models over all namespaces, by their names, and as many experiments. The rest is left out: `/api/v1` tells of each.
MOST_NAMED: Final = 200
OTHER: Final = "other"
Label = tuple[str, str]


def largest(decisions: BySegment) -> set[Label]:
    """The namespace and segment of the `MOST_SEGMENTS` segments with the most decisions."""
    counts = {(namespace, segment): n for namespace, each in decisions.items() for segment, n in each.items()}
    return set(sorted(counts, key=lambda label: (-counts[label], label))[:MOST_SEGMENTS])


def labelled(counts: Mapping[str, Mapping[str, Count]], own: Collection[Label]) -> dict[Label, Count]:
    """The counts by label: a segment that has none of its own counts under `other`."""
    found: dict[Label, Count] = {}
    for namespace, segments in counts.items():
        for segment, count in segments.items():
            label = (namespace, segment if (namespace, segment) in own else OTHER)
            found[label] = found[label] + count if label in found else count
    return found


def folded(decisions: dict[str, int], most: int) -> dict[str, int]:
    """The `most` largest segments of a namespace, and the rest as `other`: what a worker keeps in memory at most."""
    kept = sorted(decisions, key=lambda segment: -decisions[segment])[:most]
    rest = sum(decisions.values()) - sum(decisions[segment] for segment in kept)
    counts = {segment: decisions[segment] for segment in kept}
    return counts | {OTHER: counts.get(OTHER, 0) + rest}
