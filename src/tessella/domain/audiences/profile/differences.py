"""The differences of a segment to the rest, the largest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from tessella.domain.audiences.profile.discoveries import q_values
from tessella.domain.audiences.profile.effects import (
    Effect,
    Moments,
    Share,
    association,
    mean_difference,
    odds_difference,
)
from tessella.domain.audiences.profile.statements import MOST_VALUES, NUMERIC, Compared, Limits
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName

#: The share of false discoveries, at most, among the differences that are called sure.
FALSE_DISCOVERIES: Final = 0.05
#: The levels of a text that are told: those whose shares differ most.
TOLD_LEVELS: Final = 5


@dataclass(frozen=True, slots=True)
class Level:
    """How frequent one value of a text is, among those who have one."""

    value: str
    segment: Share
    rest: Share


@dataclass(frozen=True, slots=True)
class Difference:
    """One feature, or whether it is there at all, in the segment and in the rest."""

    feature: FeatureName
    type: FeatureType
    about: Literal["value", "presence"]
    effect: Effect
    #: The mean of a number, the share of TRUE, or the share that has a value; None for a text.
    segment: float | None
    rest: float | None
    #: Of a text.
    levels: tuple[Level, ...] = ()
    #: The fewest subjects that one of these figures stands for.
    fewest: int = 0
    #: `discoveries.q_values`, over all differences of the profile.
    q_value: float = 1.0

    @property
    def is_sure(self) -> bool:
        """Whether it is a discovery."""
        return self.q_value <= FALSE_DISCOVERIES


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one side: the segment, or the rest."""

    subjects: int = 0
    present: Mapping[FeatureName, Share] = field(default_factory=dict)
    moments: Mapping[FeatureName, Moments] = field(default_factory=dict)
    true: Mapping[FeatureName, Share] = field(default_factory=dict)

    def joined(self, other: Group) -> Group:
        """The same group with the figures of more features."""
        return Group(
            max(self.subjects, other.subjects), {**self.present, **other.present},
            {**self.moments, **other.moments}, {**self.true, **other.true},
        )  # fmt: skip


def read_limits(row: Sequence[Any], features: Sequence[Compared]) -> dict[FeatureName, Limits]:
    """Where numbers are drawn in. Not where nearly all are the same: the others are what differs there."""
    found = zip(features, row, strict=True)
    drawn = {each.feature: Limits(*cell) for each, cell in found if each.type in NUMERIC and cell}
    return {name: limits for name, limits in drawn.items() if limits.low < limits.high}


def comparable_texts(row: Sequence[Any], features: Sequence[Compared]) -> list[Compared]:
    """The texts whose levels are compared."""
    found = zip(features, row, strict=True)
    return [each for each, cell in found if each.type is FeatureType.STRING and 2 <= cell <= MOST_VALUES]


def read_groups(rows: Iterable[Sequence[Any]], features: Sequence[Compared]) -> tuple[Group, Group]:
    """The segment and the rest, from the rows of `groups_sql`."""
    found = {bool(inside): _group(subjects, cells, features) for inside, subjects, *cells in rows}
    return found.get(True, Group()), found.get(False, Group())


def differences(
    segment: Group, rest: Group, features: Sequence[Compared], levels: Mapping[FeatureName, Sequence[Level]]
) -> tuple[Difference, ...]:
    """Every difference that can be told, sure ones first, each kind by the size of its effect."""
    if not segment.subjects or not rest.subjects:
        return ()
    found = [each for feature in features for each in _of_feature(feature, segment, rest, levels)]
    adjusted = q_values([each.effect.p_value for each in found])
    told = [replace(each, q_value=q) for each, q in zip(found, adjusted, strict=True)]
    return tuple(sorted(told, key=lambda each: (not each.is_sure, -abs(each.effect.size), each.feature, each.about)))


def read_levels(rows: Iterable[Sequence[Any]], segment: int, rest: int) -> tuple[Level, ...]:
    """The levels of a text that `segment` subjects of the segment have, and `rest` of the others."""
    return tuple(Level(value, Share(inside, segment), Share(outside, rest)) for value, inside, outside in rows)


def _group(subjects: int, cells: Sequence[Any], features: Sequence[Compared]) -> Group:
    present: dict[FeatureName, Share] = {}
    moments: dict[FeatureName, Moments] = {}
    true: dict[FeatureName, Share] = {}
    for at, each in enumerate(features):
        having, mean, variance, is_true = cells[4 * at : 4 * at + 4]
        present[each.feature] = Share(having, subjects)
        if mean is not None and variance is not None:
            moments[each.feature] = Moments(having, mean, variance)
        if is_true is not None:
            true[each.feature] = Share(is_true, having)
    return Group(subjects, present, moments, true)


def _of_feature(
    each: Compared, segment: Group, rest: Group, levels: Mapping[FeatureName, Sequence[Level]]
) -> Iterator[Difference]:
    yield from _of_presence(each, segment.present[each.feature], rest.present[each.feature])
    if each.type in NUMERIC and each.feature in segment.moments and each.feature in rest.moments:
        yield from _of_numbers(each, segment.moments[each.feature], rest.moments[each.feature])
    elif each.type is FeatureType.BOOLEAN:
        yield from _of_booleans(each, segment.true[each.feature], rest.true[each.feature])
    elif each.feature in levels:
        yield from _of_texts(each, levels[each.feature])


def _of_presence(each: Compared, segment: Share, rest: Share) -> Iterator[Difference]:
    if effect := odds_difference(segment, rest):
        yield _of_shares(each, "presence", effect, segment, rest)


def _of_numbers(each: Compared, segment: Moments, rest: Moments) -> Iterator[Difference]:
    if effect := mean_difference(segment, rest):
        fewest = min(segment.count, rest.count)
        yield Difference(each.feature, each.type, "value", effect, segment.mean, rest.mean, fewest=fewest)


def _of_booleans(each: Compared, segment: Share, rest: Share) -> Iterator[Difference]:
    if effect := odds_difference(segment, rest):
        yield _of_shares(each, "value", effect, segment, rest)


def _of_shares(
    each: Compared, about: Literal["value", "presence"], effect: Effect, segment: Share, rest: Share
) -> Difference:
    fewest = min(min(side.having, side.count - side.having) for side in (segment, rest))
    return Difference(each.feature, each.type, about, effect, segment.share, rest.share, fewest=fewest)


def _of_texts(each: Compared, levels: Sequence[Level]) -> Iterator[Difference]:
    """Subjects with none of the listed levels are one level more."""
    listed = [(level.segment.having, level.rest.having) for level in levels]
    others = tuple(
        side[0].count - sum(share.having for share in side) if side else 0
        for side in ([level.segment for level in levels], [level.rest for level in levels])
    )
    effect = association([*listed, (others[0], others[1])])
    if effect is not None:
        told = sorted(levels, key=_how_told)[:TOLD_LEVELS]
        fewest = min(share.having for level in told for share in (level.segment, level.rest))
        yield Difference(each.feature, each.type, "value", effect, None, None, tuple(told), fewest)


def _how_told(level: Level) -> tuple[float, float]:
    """The largest differences first, of equal ones what the segment has more of."""
    more = level.segment.share - level.rest.share
    return -abs(more), -more
