"""Subjects as requests are decided: the same facts, lookups, matcher and choice, at a moment, and nothing recorded.

Rows are looked up past the cache: a row that is an hour old there is meant to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.audiences.reading import SourceReading
from tessella.domain.audiences.sides import Told
from tessella.domain.errors import RuleError
from tessella.domain.features.customer_row import CustomerRow, merged, with_row
from tessella.domain.features.subject import Facts, Subject
from tessella.domain.identifiers import DEFAULT_SEGMENT, RuleId, SegmentId, SourceId, SubjectId
from tessella.domain.segments.choice import choose_segment
from tessella.domain.segments.matching import Entry, Matcher
from tessella.ports import Session
from tessella.ports.customer_engine import OpenEngine, read_as
from tessella.usecases.audiences.plan import Plan
from tessella.usecases.load_subject import consented, subject_of

_RULES: Final = RuleId("rules")

#: What each source has of each subject.
Rows = Mapping[SourceId, Mapping[SubjectId, CustomerRow]]


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides at the moment of a plan, by the definitions of its snapshot."""

    session: Session
    plan: Plan
    open_engine: OpenEngine
    #: The segments that requests do not try.
    inactive: Matcher

    @staticmethod
    def of(session: Session, plan: Plan, open_engine: OpenEngine) -> Decider:
        """Ready to decide."""
        membership, audience = plan.snapshot.membership, plan.audience
        names = [each.segment_id for each in audience.segments[audience.tried :]]
        entries = [Entry(each, _RULES, membership[each]) for each in names]
        return Decider(session, plan, open_engine, Matcher.build(entries, membership))

    async def decide(self, subject_ids: Sequence[SubjectId]) -> dict[SubjectId, Told]:
        """What is told of each; nobody who has opted out, whose rows are not read either.

        Raises what sources raise: what could not be read is no disagreement.
        """
        known = await self.session.known_of(subject_ids)
        facts = {each: found for each in subject_ids if (found := consented(known[each])) is not None}
        sources = self.plan.snapshot.sources
        rows = {name: await self._looked_up(each, [*facts]) for name, each in sources.items()}
        return {each: self._told(each, facts[each], rows) for each in facts}

    async def _looked_up(self, reading: SourceReading, keys: Sequence[SubjectId]) -> dict[SubjectId, CustomerRow]:
        engine = self.open_engine(self.plan.snapshot.namespace, reading.source)
        try:
            found = await engine.rows(keys, read_as(reading, await engine.columns())) if keys else {}
        finally:
            await engine.close()
        now = self.session.now()
        return {each: CustomerRow(found.get(each, {}), now) for each in keys}

    def _told(self, subject_id: SubjectId, facts: Facts, rows: Rows) -> Told:
        """A request reads the sources that an active rule reads; what is not tried may read any."""
        snapshot, at = self.plan.snapshot, self.plan.audience.as_of
        asking = self._subject(subject_id, facts, rows, snapshot.sources_read)
        whole = self._subject(subject_id, facts, rows, snapshot.sources)
        choice = choose_segment(snapshot.matcher, snapshot.definitions.segments, asking, now=at)
        matched = self._counted(_matching(snapshot.matcher, asking, at))
        others = self._counted(_matching(self.inactive, whole, at))
        return Told(frozenset((*matched, *others)), self._first(choice.segment_id, matched), whole.features)

    def _subject(self, subject_id: SubjectId, facts: Facts, rows: Rows, sources: Iterable[SourceId]) -> Subject:
        found = [rows[each][subject_id] for each in sources]
        known = with_row(facts, merged(found), self.plan.snapshot.columns) if found else facts
        return subject_of(self.session, subject_id, {}, known, self.plan.audience.as_of)

    def _counted(self, segments: Iterable[SegmentId]) -> list[SegmentId]:
        return [each for each in segments if each not in self.plan.audience.uncounted]

    def _first(self, chosen: SegmentId, counted: Sequence[SegmentId]) -> SegmentId | None:
        """The one that was chosen; where that is told for requests only, the first that is told set-wise too."""
        if chosen in self.plan.audience.uncounted:
            return next(iter(counted), None)
        return None if chosen == DEFAULT_SEGMENT else chosen


def _matching(matcher: Matcher, subject: Subject, at: int) -> tuple[SegmentId, ...]:
    """None where a rule fails: such a request is given the default."""
    try:
        return matcher.matching_segments(subject.features, at)
    except RuleError:
        return ()
