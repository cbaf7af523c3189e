"""Looks at subjects: decided online, told as sets and in the files in use; and once more at those who disagree."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.audiences.agreement import Against, AgreementReport, CheckCounts
from tessella.domain.audiences.check_sample import sample_sql
from tessella.domain.audiences.sides import NOBODY, Disagreement, Judge, Sides, Told
from tessella.domain.identifiers import SegmentId, SubjectId
from tessella.domain.segments.references import features_behind
from tessella.logs import get_logger
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.audiences import ActiveAudience
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.audiences.plan import Plan
from tessella.usecases.consistency.asked import CheckAsked
from tessella.usecases.consistency.decided_online import Decider
from tessella.usecases.consistency.findings import Findings
from tessella.usecases.consistency.told_as_sets import read_some, told_as_sets

_LOG: Final = get_logger(__name__)
#: How far a check is when all were decided, and when it was looked twice at some.
_DECIDED: Final = 0.6
_SURE: Final = 0.9


@dataclass(frozen=True, slots=True)
class _Looked:
    """One look at some subjects; those who are left out are not there."""

    sides: Mapping[SubjectId, Sides]
    found: frozenset[Disagreement]
    moved: frozenset[SubjectId]


@dataclass(frozen=True, slots=True)
class Check:
    """One check that goes on."""

    session: Session
    warehouse: Warehouse
    open_engine: OpenEngine
    plan: Plan
    active: ActiveAudience
    settle_seconds: float

    async def report(self, asked: CheckAsked, progress: Progress) -> AgreementReport:
        """Look at the sample, and once more at those who disagree."""
        from tessella.domain.audiences.rows import audience_rows  # loads sqlglot

        rows = audience_rows(self.active.audience, self.active.folder)
        sample = await self._sample(rows, asked)
        with tempfile.TemporaryDirectory(prefix="tessella-check-") as scratch:
            looked = await self._look(rows, sample, _folder(scratch, "all"))
            progress(_DECIDED)
            _LOG.info("subjects_decided", count=len(sample))
            folder = _folder(scratch, "doubtful")
            sure = await self._look_again(rows, looked, folder) if looked.found else looked
            progress(_SURE)
            findings = Findings(self.session, self.warehouse, self.plan, sure.sides, folder)
            rules, features = await findings.of(sure.found)
        told = self.plan.audience
        return AgreementReport(
            told.version, told.as_of, told.snapshot_version, asked.seed, _counts(len(sample), looked, sure),
            len(told.segments), self._redefined(), told.uncounted, rules, features,
        )  # fmt: skip

    async def _sample(self, rows: str, asked: CheckAsked) -> list[SubjectId]:
        audience = self.active.audience
        counts = {each.segment_id: each for each in await self.session.segment_counts(audience.version)}
        sql = sample_sql(audience, counts, rows, subjects=asked.subjects, seed=asked.seed)
        [lists] = await self.warehouse.rows(sql)
        return sorted({SubjectId(each) for some in lists for each in some or ()})

    async def _look(self, rows: str, subject_ids: Sequence[SubjectId], folder: Path) -> _Looked:
        online = await Decider.of(self.session, self.plan, self.open_engine).decide(subject_ids)
        asked = [*online]
        sets = await told_as_sets(self.session, self.warehouse, self.plan, self.open_engine, asked, folder)
        then = await read_some(self.warehouse, self.active.audience, rows, asked)
        known = {each: told for each, told in online.items() if each in sets or _is_known(told, self.plan)}
        sides = {
            each: Sides(told, sets.get(each, NOBODY), then.get(each) if each in sets else None)
            for each, told in known.items()
        }
        return await self._judged(sides)

    async def _judged(self, sides: Mapping[SubjectId, Sides]) -> _Looked:
        judge = await self._judge([each for each, one in sides.items() if _differ(one)])
        found = (each for subject_id, one in sides.items() for each in judge.disagreements(subject_id, one))
        moved = (subject_id for subject_id, one in sides.items() if judge.is_moved(subject_id, one))
        return _Looked(sides, frozenset(found), frozenset(moved))

    async def _judge(self, subject_ids: Sequence[SubjectId]) -> Judge:
        horizon, changed = self.active.horizon, frozenset(subject_ids)
        if horizon is not None:
            changed = await self.session.changed_of(subject_ids, horizon)
        reads = features_behind(self.plan.snapshot.membership)
        return Judge(self.plan.audience, self.active.audience, reads, changed.__contains__)

    async def _look_again(self, rows: str, looked: _Looked, folder: Path) -> _Looked:
        """What is found twice, of those of whom nothing was written between two reads of it."""
        await asyncio.sleep(self.settle_seconds)
        doubtful = sorted({each.subject_id for each in looked.found})
        before = await self.session.horizon()
        again = await self._look(rows, doubtful, folder)
        written = await self.session.changed_of(doubtful, before)
        found = {each for each in looked.found & again.found if not _is_torn(each, written)}
        return _Looked(again.sides, frozenset(found), again.moved)

    def _redefined(self) -> tuple[SegmentId, ...]:
        had = {each.segment_id: each.fingerprint for each in self.active.audience.segments}
        now = self.plan.audience.segments
        return tuple(each.segment_id for each in now if had.get(each.segment_id) != each.fingerprint)


def _folder(scratch: str, name: str) -> Path:
    folder = Path(scratch, name)
    folder.mkdir()
    return folder


def _differ(sides: Sides) -> bool:
    return sides.calculated is not None and sides.sets != sides.calculated


def _is_known(told: Told, plan: Plan) -> bool:
    """Whether anything is known of a subject beside the id and what the clock says."""
    return any(told.values.get(name) is not None for name in plan.audience.columns())


def _is_torn(found: Disagreement, written: frozenset[SubjectId]) -> bool:
    """Whether something was written between the two reads that do not agree."""
    return found.against is Against.EVALUATION and found.subject_id in written


def _counts(sampled: int, looked: _Looked, sure: _Looked) -> CheckCounts:
    compared = len(looked.sides)
    disagreed = len({each.subject_id for each in sure.found})
    return CheckCounts(sampled, compared, disagreed, len(looked.moved | sure.moved), sampled - compared)
