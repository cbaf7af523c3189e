"""Segments that no engine has a form for, told by compiled Python: about 3 s for a million subjects and ten rules."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from tessella.domain.audiences.layout import SUBJECT, mask, word
from tessella.domain.features.gate import Value, value_of_cell
from tessella.domain.features.schema import SUBJECT as OWN_ID
from tessella.domain.identifiers import FeatureName, RuleId, SegmentId
from tessella.domain.segments.matching import Entry, Matcher
from tessella.ports import Warehouse
from tessella.usecases.audiences.plan import Plan
from tessella.usecases.streamed_csv import Row, csv_blocks

_RULES: Final = RuleId("rules")


async def tell_in_process(
    warehouse: Warehouse, plan: Plan, told: Sequence[SegmentId], rows: str, path: Path
) -> list[str]:
    """Write the bits of these segments for every subject of `rows`, which is SQL; the columns that they are in."""
    telling = _Telling.of(plan, told)
    columns = {SUBJECT: "VARCHAR", **dict.fromkeys(telling.words, "BIGINT")}
    await warehouse.csv_to_parquet(path, columns, telling.csv(warehouse, rows))
    return telling.words


@dataclass(frozen=True, slots=True)
class _Telling:
    """The rules of these segments, over rows of JSON."""

    plan: Plan
    matcher: Matcher
    #: The columns of the features that they read.
    read: Mapping[FeatureName, str]
    words: list[str]

    @staticmethod
    def of(plan: Plan, told: Sequence[SegmentId]) -> _Telling:
        membership, positions = plan.snapshot.membership, plan.positions
        matcher = Matcher.build([Entry(each, _RULES, membership[each]) for each in told], membership)
        read = {name: column for name, column in plan.audience.columns().items() if name in matcher.reads}
        return _Telling(plan, matcher, read, sorted({word(positions[each]) for each in told}))

    async def csv(self, warehouse: Warehouse, rows: str) -> AsyncIterator[bytes]:
        """A row a subject: the id, and the bits."""
        struct = ", ".join(f"{column} := {column}" for column in self.read.values())
        values = f"to_json(struct_pack({struct}))" if struct else "'{}'"
        async for block in csv_blocks(warehouse.result_csv(f"SELECT {SUBJECT}, {values} FROM ({rows})")):
            yield self._bits(block)

    def _bits(self, block: Sequence[Row]) -> bytes:
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        for subject_id, text in block:
            values = self._values(subject_id, msgspec.json.decode(text))
            matched = self.matcher.matching_segments(values, self.plan.audience.as_of)
            writer.writerow([subject_id, *self._sums([self.plan.positions[each] for each in matched])])
        return written.getvalue().encode()

    def _values(self, subject_id: str, row: Mapping[str, Any]) -> dict[FeatureName, Value | None]:
        """As compiled rules read them."""
        return {name: value_of_cell(row[column]) for name, column in self.read.items()} | {OWN_ID: subject_id}

    def _sums(self, positions: Sequence[int]) -> list[int]:
        return [sum(mask(at) for at in positions if word(at) == each) for each in self.words]
