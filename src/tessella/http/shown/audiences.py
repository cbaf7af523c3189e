"""What an audience says, cut to what a role is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.audiences.profile.differences import Difference
from tessella.domain.audiences.sampled import Sample
from tessella.domain.errors import TooFewToShow
from tessella.domain.features.gate import iso
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, Role, SubjectId
from tessella.domain.privacy.disclosure import SEE_ALL, disclosed, least_shown
from tessella.http.schemas.audiences import Count
from tessella.http.schemas.segment_audiences import (
    FeatureDifferenceShown,
    LevelShown,
    LossShown,
    MembersShown,
    NodeShown,
    PreviewShown,
    ProfileShown,
    SampleShown,
)
from tessella.http.shown.counts import share_of
from tessella.usecases.audiences.members import MemberPage
from tessella.usecases.audiences.preview_rule import EXAMPLES, Preview
from tessella.usecases.audiences.profile_segment import SegmentProfile

#: Differences that are listed; the rest have smaller effects.
MOST_DIFFERENCES: Final = 100


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks on."""

    role: Role
    #: Counts below it are hidden from roles below admin.
    threshold: int
    pseudonym: Callable[[SubjectId], str]

    def count(self, count: int) -> Count:
        """A number of subjects."""
        return disclosed(count, self.role, self.threshold)

    def node(self, pointer: str, count: int, rows: int) -> NodeShown:
        """One part of a rule, of so many subjects; its share is that of the counts that are shown."""
        return NodeShown(pointer, self.count(count), share_of(self.count(count), self.count(rows)))

    def sample(self, sample: Sample) -> SampleShown:
        """What counts were scaled up from."""
        return SampleShown(self.count(sample.rows), self.count(sample.of), sample.because)

    def names(self, subjects: Sequence[SubjectId]) -> list[str]:
        """Examples by their ids, or by their pseudonyms: then no more of them than a rounded count would tell of."""
        if self.role in SEE_ALL:
            return list(subjects)
        step = max(1, min(self.threshold, EXAMPLES))
        return [self.pseudonym(each) for each in subjects[: len(subjects) // step * step]]


def preview_shown(preview: Preview, viewer: Viewer) -> PreviewShown:
    """A preview. Where the count is hidden, so are the examples."""
    audience, counts, sample = preview.audience, preview.counts, preview.sample
    nodes = [viewer.node(each.pointer, each.count, counts.rows) for each in counts.nodes]
    lost = [LossShown(each.segment_id, viewer.count(each.loses)) for each in preview.losses]
    return PreviewShown(
        as_of=iso(audience.as_of), version=audience.version, snapshot_version=audience.snapshot_version,
        rows=viewer.count(counts.rows), count=nodes[0].count, share=nodes[0].share,
        nodes=nodes, examples=viewer.names(preview.examples) if isinstance(nodes[0].count, int) else [], losses=lost,
        changed_since=list(preview.tried_otherwise), request_time=sorted(audience.uncounted),
        canonical=preview.canonical, sample=None if sample is None else viewer.sample(sample),
    )  # fmt: skip


def members_shown(page: MemberPage, next_cursor: str | None) -> MembersShown:
    """A page of members."""
    return MembersShown(
        iso(page.audience.as_of), page.audience.version, page.is_changed, list(page.subjects), next_cursor
    )


def profile_shown(profile: SegmentProfile, viewer: Viewer) -> ProfileShown:
    """A profile. Raises `TooFewToShow` for a role that a segment of so few, or so few others, is not shown."""
    least = least_shown(viewer.role, viewer.threshold)
    if min(profile.subjects, profile.rest) < least:
        raise TooFewToShow(profile.segment_id, least)
    told = [each for each in profile.differences if each.fewest >= least]
    return ProfileShown(
        profile.segment_id, iso(profile.audience.as_of), profile.audience.version, profile.is_changed,
        viewer.count(profile.subjects), viewer.count(profile.rest), len(profile.differences),
        [_difference(each, profile) for each in told[:MOST_DIFFERENCES]],
    )  # fmt: skip


def _difference(each: Difference, profile: SegmentProfile) -> FeatureDifferenceShown:
    effect = each.effect
    levels = [LevelShown(level.value, level.segment.share, level.rest.share) for level in each.levels]
    return FeatureDifferenceShown(
        each.feature, each.type, each.about, effect.size, effect.measure, effect.value, effect.p_value, each.q_value,
        each.is_sure, each.feature in profile.own, _figure(each, each.segment), _figure(each, each.rest), levels,
    )  # fmt: skip


def _figure(each: Difference, figure: float | None) -> float | str | None:
    """A mean moment is a moment."""
    if figure is None or each.about == "presence" or each.type is not FeatureType.TIMESTAMP:
        return figure
    return iso(Instant(round(figure)))
