"""Snapshots of the past: what decisions were made from, built again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from tessella.domain.identifiers import RuleId, SegmentId
from tessella.domain.ranking.knobs import Knobs
from tessella.domain.rules.compiler import RuleCompiler
from tessella.domain.segments.trials import read_subject, tried
from tessella.domain.snapshot import Snapshot, entries_of, snapshot_steps
from tessella.domain.steps import walk
from tessella.ports import Session

#: So many are kept at a time.
_CAPACITY: Final = 8


@dataclass(frozen=True, slots=True)
class Past:
    """One snapshot of the past, and what was found out about it."""

    snapshot: Snapshot
    _needs: dict[tuple[SegmentId, RuleId | None], bool] = field(default_factory=dict)

    def needs_subject(self, segment_id: SegmentId, rule_id: RuleId | None) -> bool:
        """Whether a rule that was tried up to this match, or up to the default, reads the subject's id."""
        match = segment_id, rule_id
        if match not in self._needs:
            entries = tried(entries_of(self.snapshot.definitions, self.snapshot.rules), *match)
            self._needs[match] = read_subject(entries, self.snapshot.membership)
        return self._needs[match]


class Pasts:
    """The snapshots that decisions of a namespace were made from, each built once while it is needed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._compiler = RuleCompiler()
        self._kept: OrderedDict[tuple[int, tuple[tuple[str, float | int | bool], ...]], Past] = OrderedDict()

    async def at(self, version: int, env: Knobs) -> Past:
        """The snapshot of a version with the knobs from the environment of then.

        Raises `NoSuchVersion`, `HistoryGone`, and `Faults` for definitions that this Tessella cannot read or build.
        """
        key = version, tuple(sorted(env.items()))
        if key not in self._kept:
            self._kept[key] = Past(await self._build(version, env))
        self._kept.move_to_end(key)
        while len(self._kept) > _CAPACITY:
            self._kept.popitem(last=False)
        return self._kept[key]

    async def _build(self, version: int, env: Knobs) -> Snapshot:
        definitions = await self._session.definitions_at(version)
        namespace = self._session.caller.namespace
        return await asyncio.to_thread(walk, snapshot_steps(namespace, version, definitions, env, self._compiler))
