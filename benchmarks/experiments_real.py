"""The `experiments_real` benchmark: a policy valued from another's log, and segments of a real experiment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from benchmarks.experiments_mailing import MAILED, METRICS, mailing
from benchmarks.figure import Figure, Goal
from tessella.domain.experiments.inference.results.said import LiftSaid
from tessella.domain.experiments.off_policy.evaluation import Drawn, Evaluated, evaluate

_SHOWN: Final = Path(__file__).parent / "data" / "open_bandit" / "men.csv"
#: Where an item was shown, and which: everything was shown alike often by the one policy.
_POSITIONS: Final = 3
_ITEMS: Final = 34


def run() -> Iterator[Figure]:
    """Open Bandit: is what was logged by one policy enough to value another? An e-mail test: do segments help there?"""
    yield from _open_bandit()
    for dimension, metric in ((each, other) for each in MAILED for other in METRICS):
        yield from _mailing(dimension, metric)


def _open_bandit() -> Iterator[Figure]:
    counts = _counts()
    bandit = counts["bts"]
    chances = bandit.sum(axis=2) / bandit.sum(axis=(1, 2))[:, None]
    drawn = _drawn(counts["random"])
    found = evaluate(drawn, chances[drawn.segment])
    truth = evaluate(_drawn(bandit), chances[_drawn(bandit).segment]).logged
    yield from _evaluated("Open Bandit, men: clicks of the bandit as it ran", truth)
    yield from _evaluated("Open Bandit, men: the same from the random log, doubly robust", found.doubly_robust)
    yield from _evaluated("Open Bandit, men: the same, inverse propensities", found.ips)
    if found.snips is not None:
        yield from _evaluated("Open Bandit, men: the same, self-normalised", found.snips)
    yield Figure("Open Bandit, men: units that the random log is worth", found.effective_units, "units")
    bounds = found.doubly_robust.interval
    covers = float(bounds.low <= truth.value <= bounds.high)
    yield Figure(
        "Open Bandit, men: the doubly robust interval holds the value", covers, "", goal=Goal("value", ">=", 1)
    )


def _counts() -> Mapping[str, np.ndarray]:
    """Units by policy, as arrays of shape (positions, items, 2): not clicked, clicked."""
    found = {name: np.zeros((_POSITIONS, _ITEMS, 2)) for name in ("random", "bts")}
    rows = duckdb.execute("SELECT policy, position, item, units, clicks FROM read_csv(?)", [str(_SHOWN)]).fetchall()
    for policy, position, item, units, clicks in rows:
        found[policy][position - 1, item] = (units - clicks, clicks)
    return found


def _drawn(counts: np.ndarray) -> Drawn:
    """One unit after the other. Each position is a segment."""
    place = np.repeat(np.arange(counts.size), counts.ravel().astype(np.int64))
    position, item, clicked = np.unravel_index(place, counts.shape)
    return Drawn(item, clicked.astype(np.float64), np.full(len(item), 1 / _ITEMS), position)


def _mailing(dimension: str, metric: str) -> Iterator[Figure]:
    """What segments bring over the best mail for all, by the same refreshes as an experiment of ours would have."""
    factor, results = mailing(dimension, metric)
    name = f"e-mail test, {metric} by {dimension}"
    yield Figure(f"{name}: evidence that segments differ (20 is enough)", factor, "x")
    yield from _lift(name, results.lift_of_segments)


def _lift(name: str, lift: LiftSaid) -> Iterator[Figure]:
    if lift.lift is None or lift.share is None or lift.share_interval is None:
        return
    yield Figure(f"{name}: {lift.told} than one mail for all, a customer", lift.lift.value, "")
    yield Figure(f"{name}: lower end", lift.lift.interval.low, "")
    yield Figure(f"{name}: upper end", lift.lift.interval.high, "")
    yield Figure(f"{name}: as a share", 100 * lift.share, "%")
    yield Figure(f"{name}: its lower end", 100 * lift.share_interval.low, "%")
    yield Figure(f"{name}: its upper end", 100 * lift.share_interval.high, "%")


def _evaluated(name: str, found: Evaluated) -> Iterator[Figure]:
    for part, value in (("", found.value), (", lower end", found.interval.low), (", upper end", found.interval.high)):
        yield Figure(name + part, value, "clicks a unit")
