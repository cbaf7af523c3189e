"""The `taxonomy_real` benchmark: taxonomies of two real shops, and how far they can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from benchmarks import taxonomy_real_days
from benchmarks.figure import Figure, Goal
from benchmarks.taxonomy_games import RealGame, real_games
from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, GameBehavioralTaxonomy

_SEED: Final = 11
_GOAL: Final = Goal("value", ">=", 0.8)
#: What the card says of an axis, in words.
_OF_AXES: Final = {
    "self_consistency": "same segment from odd and from even days",
    "by_chance": "the same by chance",
    "split_half": "segments of two halves of the players, adjusted Rand",
    "test_retest": "same segment in both halves of the window",
    "reliability": "reliability of positions",
    "position_retest": "positions in both halves of the window, r",
}


def run() -> Iterator[Figure]:
    """Households and customers of a gift shop as games: axes, segments, accuracy cards, and unusual days."""
    for real in real_games():
        taxonomy = taxonomy_of(real)
        yield from _figures(real, taxonomy)
        yield from taxonomy_real_days.figures(real, taxonomy)


def taxonomy_of(real: RealGame) -> GameBehavioralTaxonomy:
    """What a first calibration says."""
    return calibrated(real.game, real.seen, version=1, now=Instant(0), before=None, seed=_SEED)


def _figures(real: RealGame, taxonomy: GameBehavioralTaxonomy) -> Iterator[Figure]:
    name, card = real.title, taxonomy.card
    yield Figure(f"{name}: players", taxonomy.players, "")
    yield Figure(f"{name}: variance explained", taxonomy.variance_explained, "", goal=Goal("value", ">=", 0.7))
    yield Figure(f"{name}: mean confidence", card.mean_confidence, "")
    means = {"self-consistency": (card.self_consistency, None), "split-half": (card.split_half, None)}
    for what, (value, goal) in {**means, "test-retest": (card.test_retest, _GOAL)}.items():
        if value is not None:
            yield Figure(f"{name}: {what}", value, "", goal=goal)
    for axis in taxonomy.axes:
        yield from _of_axis(f"{name}, {axis.axis_name}", axis, card.by_axis[axis.axis_name])


def _of_axis(name: str, axis: BehavioralAxis, said: Mapping[str, float | None]) -> Iterator[Figure]:
    yield Figure(f"{name}: segments", axis.count.chosen, "")
    yield Figure(f"{name}: by the elbow", axis.count.by_elbow, "")
    yield Figure(f"{name}: by the gap", axis.count.by_gap, "")
    for key, words in _OF_AXES.items():
        if (value := said[key]) is not None:
            yield Figure(f"{name}: {words}", value, "")
