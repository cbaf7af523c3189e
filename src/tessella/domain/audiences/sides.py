"""One subject as each way of deciding has them, and where these do not agree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tessella.domain.audiences.agreement import Against
from tessella.domain.audiences.audience import FACTS, Audience, HeldFeature
from tessella.domain.features.gate import Value
from tessella.domain.features.schema import SUBJECT
from tessella.domain.identifiers import FeatureName, SegmentId, SubjectId


@dataclass(frozen=True, slots=True)
class Told:
    """What one way of deciding tells of a subject."""

    #: Those that hold the subject, of all that can be told set-wise.
    segments: frozenset[SegmentId] = frozenset()
    #: The first of them that is tried; None for no segment.
    first: SegmentId | None = None
    #: Normalised; None or left out is absent.
    values: Mapping[FeatureName, Value | None] = field(default_factory=dict)


NOBODY: Final = Told()


@dataclass(frozen=True, slots=True)
class Sides:
    """One subject."""

    online: Told
    #: As SQL, read at the same time; `NOBODY` for one whom no part has.
    sets: Told
    #: In the calculation in use; None where there is nothing to compare with now.
    calculated: Told | None


@dataclass(frozen=True, slots=True, order=True)
class Disagreement:
    """One subject and one segment; `first_match` stands for the first match where all segments agree."""

    subject_id: SubjectId
    segment_id: SegmentId
    against: Against
    is_first_match: bool = False


@dataclass(frozen=True, slots=True)
class Judge:
    """What is compared, and what time explains."""

    #: What the rules are now, and what the calculation had.
    now: Audience
    then: Audience
    #: The features that each segment reads, also through `in_segment`.
    reads: Mapping[SegmentId, Collection[FeatureName]]
    #: Whether stored facts of a subject may have changed since the calculation.
    may_have_changed: Callable[[SubjectId], bool]

    @property
    def same(self) -> frozenset[SegmentId]:
        """The segments that the calculation has by the rules that hold now."""
        had = {each.segment_id: each.fingerprint for each in self.then.segments}
        return frozenset(each.segment_id for each in self.now.segments if had.get(each.segment_id) == each.fingerprint)

    def disagreements(self, subject_id: SubjectId, sides: Sides) -> Iterator[Disagreement]:
        """All of one subject."""
        told = [each.segment_id for each in self.now.segments]
        yield from self._between(subject_id, Against.EVALUATION, sides.online, sides.sets, told)
        if sides.calculated is None:
            return
        for each in self._between(subject_id, Against.CALCULATION, sides.sets, sides.calculated, self.same):
            if not self._is_explained(each, sides.sets, sides.calculated):
                yield each

    def is_moved(self, subject_id: SubjectId, sides: Sides) -> bool:
        """Whether time explains that the calculation has the subject in other segments."""
        if sides.calculated is None:
            return False
        found = self._between(subject_id, Against.CALCULATION, sides.sets, sides.calculated, self.same)
        return any(self._is_explained(each, sides.sets, sides.calculated) for each in found)

    def _between(
        self, subject_id: SubjectId, against: Against, one: Told, other: Told, segments: Iterable[SegmentId]
    ) -> Iterator[Disagreement]:
        wanted = frozenset(segments)
        differing = sorted((one.segments ^ other.segments) & wanted)
        yield from (Disagreement(subject_id, each, against) for each in differing)
        firsts = [each for each in (one.first, other.first) if each is not None]
        if not differing and one.first != other.first and self._tries_alike(against):
            yield Disagreement(subject_id, firsts[0], against, is_first_match=True)

    def _tries_alike(self, against: Against) -> bool:
        """Whether the same segments were tried in the same order, by the same rules."""
        now, then = self.now.tried_segments(), self.then.tried_segments()
        fingerprints = [[(each.segment_id, each.fingerprint) for each in side] for side in (now, then)]
        return against is Against.EVALUATION or fingerprints[0] == fingerprints[1]

    def _is_explained(self, found: Disagreement, now: Told, then: Told) -> bool:
        """Whether a value that the segment reads is another one now, and may be so because of time."""
        return not found.is_first_match and any(
            self._may_have_moved(found.subject_id, name, now, then) for name in self.reads[found.segment_id]
        )

    def _may_have_moved(self, subject_id: SubjectId, name: FeatureName, now: Told, then: Told) -> bool:
        """Of a row of a source nothing tells when it has changed; of stored facts the database does, exactly.

        A feature that is declared otherwise now has other values of the same facts.
        """
        had, has = (_feature(side, name) for side in (self.then, self.now))
        if name == SUBJECT or (had is not None and now.values.get(name) == then.values.get(name)):
            return False
        return had is None or had != has or had.source != FACTS or self.may_have_changed(subject_id)


def _feature(audience: Audience, name: FeatureName) -> HeldFeature | None:
    return next((each for each in audience.features if each.name == name), None)
