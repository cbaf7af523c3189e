"""Profile: what sets a segment apart from everybody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import held
from tessella.domain.audiences.profile.differences import (
    Difference,
    Group,
    Level,
    comparable_texts,
    differences,
    read_groups,
    read_levels,
    read_limits,
)
from tessella.domain.audiences.profile.statements import CHUNK, Compared, groups_sql, levels_sql, spread_sql
from tessella.domain.identifiers import DEFAULT_SEGMENT, FeatureName, SegmentId
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.ports.audience_reading import AudienceReading
from tessella.usecases.audiences.rows import AudienceRows, audience_rows_of, changed_since, known_segment
from tessella.usecases.audiences.rule_over_audience import everything_read


@dataclass(frozen=True, slots=True)
class SegmentProfile:
    """A segment beside the rest, as of a calculation."""

    audience: Audience
    segment_id: SegmentId
    #: The segment's rules are others now: this is of those before.
    is_changed: bool
    #: Subjects of the segment, and all others.
    subjects: int
    rest: int
    #: Sure ones first, each kind by the size of its effect.
    differences: Sequence[Difference]
    #: The features that the segment's own rules read: they differ because it was made so.
    own: frozenset[FeatureName]


async def profile_segment(session: Session, reader: AudienceReading, segment_id: str) -> SegmentProfile:
    """Compare a segment with the rest, feature by feature. Personal features are not held, and so never compared.

    Three kinds of scan: one that finds where numbers are drawn in, one of all figures, one a text. Raises `NoSuch`,
    `NotCounted`, and as `audience_rows_of` and `AudienceReading.rows` do.
    """
    snapshot = session.snapshot()
    segment = known_segment(snapshot, segment_id)
    rows = await audience_rows_of(session)
    compared = [Compared(each.name, each.type, held(at)) for at, each in enumerate(rows.audience.features)]
    scans = _Scans(reader, rows, rows.member(segment))
    inside, outside, texts = await scans.groups(compared)
    levels = {each.feature: await scans.levels(each, inside, outside) for each in texts}
    found = differences(inside, outside, compared, levels)
    is_changed = changed_since(snapshot, rows.audience, segment)
    own = _own_features(snapshot, segment)
    return SegmentProfile(rows.audience, segment, is_changed, inside.subjects, outside.subjects, found, own)


@dataclass(frozen=True, slots=True)
class _Scans:
    reader: AudienceReading
    rows: AudienceRows
    member: str

    async def groups(self, features: Sequence[Compared]) -> tuple[Group, Group, list[Compared]]:
        """The segment, the rest, and the texts whose levels are to be looked at."""
        found = [await self._chunk(features[at : at + CHUNK]) for at in range(0, max(1, len(features)), CHUNK)]
        inside = _joined(each for each, _, _ in found)
        outside = _joined(each for _, each, _ in found)
        return inside, outside, list(chain.from_iterable(texts for _, _, texts in found))

    async def _chunk(self, features: Sequence[Compared]) -> tuple[Group, Group, list[Compared]]:
        sql, parameters = self.rows.sql, self.rows.parameters
        ((_, *spread),) = await self.reader.rows(spread_sql(sql, features), parameters)
        limits = read_limits(spread, features)
        found = await self.reader.rows(groups_sql(sql, self.member, features, limits), parameters)
        return *read_groups(found, features), comparable_texts(spread, features)

    async def levels(self, feature: Compared, inside: Group, outside: Group) -> tuple[Level, ...]:
        """The levels of one text."""
        found = await self.reader.rows(levels_sql(self.rows.sql, self.member, feature), self.rows.parameters)
        present = (side.present[feature.feature].having if side.subjects else 0 for side in (inside, outside))
        return read_levels(found, *present)


def _joined(groups: Iterable[Group]) -> Group:
    whole = Group()
    for each in groups:
        whole = whole.joined(each)
    return whole


def _own_features(snapshot: Snapshot, segment_id: SegmentId) -> frozenset[FeatureName]:
    return frozenset() if segment_id == DEFAULT_SEGMENT else everything_read(snapshot.membership[segment_id], snapshot)
