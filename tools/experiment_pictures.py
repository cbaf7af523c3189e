"""Draw the pictures of docs/explanation/experiments.md: python -m tools.experiment_pictures docs.

Two are simulated here, with fixed seeds and by what a refresh does. The third draws the table of the page itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.experiments_log import Log
from benchmarks.experiments_plan import Plan
from benchmarks.experiments_truths import STRONG, logistic_normal
from benchmarks.experiments_world import World
from tessella.domain.experiments.inference.estimates.gate import gate
from tessella.domain.experiments.inference.estimates.scores import contrast
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.inference.results.measured import Precision, measured
from tessella.domain.intervals import Interval
from tools.plots import COLOURS, TEXT, Panel, save

_UNITS: Final = 50_000
_SEED: Final = 808
#: A world in which these segments have different best variants.
_WORLD: Final = 811
_NAIVE: Final = 1.96
_DRIFT: Final = 0.8
#: Segments of the second picture, by their number: a large one, a middle one, a small one.
_SEGMENTS: Final = (0, 3, 6)
_ROW: Final = re.compile(r"^\| ([^|]*\d,000[^|]*) \|(.+)\|$", re.MULTILINE)
_CELL: Final = re.compile(r"([+-][\d.]+) % \(([+-][\d.]+) to ([+-][\d.]+)\)")
_CLAIM: Final = re.compile(r"(\d+)(?:-(\d+))? %$")


def interval_picture(path: Path) -> None:
    """Two variants that are alike, with a day and a night: when does which interval say that one is better?"""
    peeks = list(_peeks())
    panel = Panel("Two variants that are alike: how much better is the second?", (0, _UNITS), (-0.05, 0.05), height=300)
    for name, colour, intervals, y in (
        ("naive", COLOURS[1], [(units, naive) for units, naive, _ in peeks], 0.042),
        ("anytime", COLOURS[0], [(units, ours) for units, _, ours in peeks if ours is not None], -0.042),
    ):
        low, high = ([(units, getattr(each, end)) for units, each in intervals] for end in ("low", "high"))
        panel.band(low, high, colour)
        wrong = sum(each.low > 0 or each.high < 0 for _, each in intervals)
        panel.text((_UNITS * 0.35, y), f"{name}: wrong at {wrong} of {len(intervals)} looks", colour)
    panel.line([(0, 0), (_UNITS, 0)], TEXT, "4 3")
    panel.y_ticks([(value / 100, f"{value:+d} %".replace("+0", "0")) for value in (-4, -2, 0, 2, 4)])
    panel.x_ticks([(value, f"{value:,}") for value in range(0, _UNITS + 1, 10_000)])
    save(path, "A naive interval leaves out the truth again and again, an anytime interval never does", [panel])


def _peeks() -> Iterator[tuple[int, Interval, Interval | None]]:
    """After each refresh: units, the difference of plain means with 1.96 errors, and ours once the gate is open."""
    random = np.random.default_rng(_SEED)
    truth = replace(logistic_normal(main=0.0, interaction=0.0, segments=1, variants=2)(random), drift=_DRIFT)
    world = World(truth, Plan(units=_UNITS, batch=500, growth=0.02), random)
    log = Log(world)
    for units in world.run():
        if world.counting.mature():
            rows, _ = log.read()
            ours = None
            if gate(rows.logged, [0, 1]).is_open:
                scores = contrast(rows.logged, 1, 0, rows.foreknown.variances)
                found = measured(rows.logged, scores, Precision(_UNITS))
                ours = None if found is None else Interval(found.interval.low, found.interval.high)
            yield units, _plain(rows.logged), ours


def _plain(logged: Logged) -> Interval:
    units = [logged.of(each, logged.units) for each in (0, 1)]
    rates = [logged.of(each, logged.rewarded) / units[each] for each in (0, 1)]
    error = sqrt(sum(rate * (1 - rate) / count for rate, count in zip(rates, units, strict=True)))
    difference = rates[1] - rates[0]
    return Interval(difference - _NAIVE * error, difference + _NAIVE * error)


def weights_picture(path: Path) -> None:
    """Weights of four variants in three segments, as they are learned."""
    random = np.random.default_rng(_WORLD)
    world = World(STRONG(random), Plan(units=_UNITS), random)
    policies = [(units, world.policies[-1].policy) for units in world.run()]
    panels = []
    for place, segment in enumerate(_SEGMENTS):
        best = int(world.truth.values(0)[segment].argmax())
        title = f"{world.truth.shares[segment]:.0%} of units: {'ABCD'[best]} is best"
        panel = Panel(title, (0, _UNITS), (0, 1.15), left=place * 260, width=260)
        for variant, colour in enumerate(COLOURS):
            shares = [(units, policy.propensities(world.names[segment])[variant]) for units, policy in policies]
            panel.line([(0, 0.25), *shares], colour)
            panel.text((_UNITS * (0.05 + 0.12 * variant), 1.06), "ABCD"[variant], colour)
        panel.y_ticks([(value / 100, f"{value} %") for value in (0, 25, 50, 75, 100)])
        panel.x_ticks([(0, "0"), (_UNITS // 2, "25,000"), (_UNITS, "50,000")])
        panels.append(panel)
    save(path, "In each segment another variant comes to get most units, sooner where there are many", panels)


def value_picture(path: Path, page: str) -> None:
    """What segments bring by traffic, as the page's table says, beside the claim."""
    panels = []
    for place, (tier, cells) in enumerate(_ROW.findall(page)):
        *_, claim = cells.strip().split(" | ")
        panel = Panel(tier, (-0.5, 3.5), (-10, 55), left=place * 220, width=220)
        low, high = (float(each or claim.split()[0]) for each in _CLAIM.search(claim).groups())  # type: ignore[union-attr]
        panel.band([(-0.5, low), (3.5, low)], [(-0.5, high or 1), (3.5, high or 1)], COLOURS[3])
        panel.text((-0.4, max(high, 3) + 1), "claimed", COLOURS[3])
        for spread, (mean, least, most) in enumerate(_CELL.findall(cells)):
            panel.line([(spread, float(least)), (spread, float(most))], COLOURS[0])
            panel.dot((spread, float(mean)), COLOURS[0])
        panel.y_ticks([(value, f"{value} %") for value in (0, 10, 20, 30, 40, 50)])
        panel.x_ticks(list(enumerate(("0", "0.1", "0.3", "0.6"))))
        panels.append(panel)
    save(path, "What segments bring grows with how much they differ, and hardly with traffic", panels)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    interval_picture(folder / "images" / "experiment-interval.svg")
    weights_picture(folder / "images" / "experiment-weights.svg")
    value_picture(folder / "images" / "experiment-value.svg", (folder / "explanation" / "experiments.md").read_text())
