"""What was read becomes an audience: rows with all their bits, and the sums over rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tessella.domain.audiences.layout import ORIGINS, words
from tessella.domain.audiences.places import Place
from tessella.domain.audiences.tally import Tally, patterns_sql, tally_of
from tessella.domain.identifiers import SegmentId
from tessella.ports import Warehouse
from tessella.usecases.audiences.in_process import tell_in_process
from tessella.usecases.audiences.plan import Plan
from tessella.usecases.streamed_csv import whole_lines

if TYPE_CHECKING:
    from tessella.domain.audiences.statement import BitsEvaluation


@dataclass(frozen=True, slots=True)
class Untold:
    """Rows of normalised values, as SQL, some of whose bits are still to be told."""

    rows: str
    #: The columns of bits that are there.
    given: Collection[str] = ()


async def tell(
    warehouse: Warehouse, plan: Plan, untold: Untold, wanted: Sequence[SegmentId], scratch: Path, target: Path
) -> int:
    """Write the rows with the bits of `wanted` and of what is told in process, in the order of their ids; how many."""
    from tessella.domain.audiences.local import finished  # loads sqlglot
    from tessella.domain.audiences.rows import parquet

    untold = await _with_in_process(warehouse, plan, untold, scratch / "in_process.parquet")
    *most, last = [*evaluation(plan, untold).batches(wanted)] or [()]
    for number, batch in enumerate(most):
        path = scratch / f"told-{number}.parquet"
        await warehouse.result_parquet(evaluation(plan, untold).sql(batch), path)
        untold = Untold(f"SELECT * FROM {parquet(path)}", words(len(plan.positions)))
    return await warehouse.result_parquet(finished(evaluation(plan, untold).sql(last), plan.audience), target)


async def tally_rows(warehouse: Warehouse, rows: str, segments: int) -> Tally:
    """The sums over rows with their bits."""
    found = Tally.nobody(segments)
    columns = len(words(segments)) + 2
    async for block in whole_lines(warehouse.result_csv(patterns_sql(rows, segments))):
        numbers = np.fromstring(block.rstrip(b"\n").replace(b"\n", b","), np.int64, sep=",")
        found += tally_of(numbers.reshape(-1, columns), segments)
    return found


def evaluation(plan: Plan, untold: Untold) -> BitsEvaluation:
    """What tells bits over rows whose values have passed the gate."""
    from tessella.domain.audiences.rows import normalised_relation  # loads sqlglot
    from tessella.domain.audiences.statement import BitsEvaluation
    from tessella.domain.rules.sql import SetEvaluation, SqlContext

    columns, context = plan.audience.columns(), SqlContext("duckdb", plan.audience.as_of)
    relation = normalised_relation(untold.rows, columns)
    over = SetEvaluation(context, relation, plan.snapshot.schema, plan.snapshot.membership)
    return BitsEvaluation(over, plan.positions, columns, untold.given, (ORIGINS,))


async def _with_in_process(warehouse: Warehouse, plan: Plan, untold: Untold, path: Path) -> Untold:
    """The rows with the bits that only compiled Python can tell."""
    from tessella.domain.audiences.local import with_bits  # loads sqlglot

    told = plan.segments_at(Place.IN_PROCESS)
    if not told:
        return untold
    columns = await tell_in_process(warehouse, plan, told, untold.rows, path)
    return Untold(with_bits(untold.rows, untold.given, path, columns), {*untold.given, *columns})
