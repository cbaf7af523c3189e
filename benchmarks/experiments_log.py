"""What inference reads of a simulated experiment, with what is true of it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np

from benchmarks.experiments_tally import Batch
from benchmarks.experiments_truths import Numbers
from benchmarks.experiments_world import World
from tessella.domain.experiments.inference.logged.foreknown import Foreknown
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.inference.logged.rows import LoggedRows

_Part = TypeVar("_Part", Logged, Foreknown)


@dataclass(slots=True)
class Log:
    """The rows of a world's mature units, with what is true of them."""

    world: World
    rows: LoggedRows | None = None
    #: What a unit of each row would bring on average under each variant, shape (rows, variants).
    values: Numbers | None = None
    _batches: int = 0

    def read(self) -> tuple[LoggedRows, Numbers]:
        """The rows and their values, with those of batches that have become mature since."""
        for each in self.world.counting.mature()[self._batches :]:
            self._add(each)
            self._batches += 1
        if self.rows is None or self.values is None:
            raise ValueError("no batch is mature yet")
        return self.rows, self.values

    def _add(self, batch: Batch) -> None:
        _, segment, _ = places = np.nonzero(batch.counts)
        rows, values = self._rows_of(batch, *places), batch.values[segment]
        self.values = values if self.values is None else np.concatenate([self.values, values])
        self.rows = rows if self.rows is None else _joined(self.rows, rows)

    def _rows_of(self, batch: Batch, side: Numbers, segment: Numbers, variant: Numbers) -> LoggedRows:
        """Cells that units are in only, as there are no others in a database."""
        foreknown = Foreknown(*(getattr(batch.known, each.name)[segment] for each in fields(Foreknown)))
        sums = batch.rewards.sum(axis=0)[:, side, segment, variant]
        logged = Logged(variant, batch.counts[side, segment, variant], *sums, foreknown.propensities, foreknown.means)
        names = np.array(self.world.names, dtype=object)[segment]
        return LoggedRows(logged, names, names, side == 0, np.ones(len(side), dtype=bool), foreknown)


def _joined(first: LoggedRows, then: LoggedRows) -> LoggedRows:
    return LoggedRows(
        _together(first.logged, then.logged), np.concatenate([first.level, then.level]),
        np.concatenate([first.segment, then.segment]), np.concatenate([first.in_holdout, then.in_holdout]),
        np.concatenate([first.is_mature, then.is_mature]), _together(first.foreknown, then.foreknown),
    )  # fmt: skip


def _together(first: _Part, then: _Part) -> _Part:
    columns = {each.name: (getattr(first, each.name), getattr(then, each.name)) for each in fields(first)}
    return replace(first, **{name: np.concatenate(both) for name, both in columns.items()})
