"""Days of real players judged: one's own last days, and another player's in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmarks.figure import Figure
from benchmarks.taxonomy_games import RealGame
from tessella.domain.taxonomy.anomaly.detect import detected
from tessella.domain.taxonomy.anomaly.norms import norms_of
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.baselines import RECENT_DAYS, Array, Baseline, Day, Seen
from tessella.domain.taxonomy.days.fold import scaled
from tessella.domain.taxonomy.detection import AnomalyDetection
from tessella.domain.taxonomy.game import CONTEXTS, Context
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy

_SEED: Final = 23
#: Players of fewer days are left out: there is hardly an own normal.
_FEWEST_DAYS: Final = 10
_LENGTHS: Final = (1, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The same players with their own last days, and with those of somebody else."""

    own: Sequence[AnomalyDetection]
    foreign: Sequence[AnomalyDetection]
    #: The players of `foreign`, with the days that are somebody else's.
    swapped: Sequence[Baseline]


def figures(real: RealGame, taxonomy: GameBehavioralTaxonomy) -> Iterator[Figure]:
    """Norms come from every other player; the others' days are judged by them."""
    for days in _LENGTHS:
        found = judged(real, taxonomy, days)
        name = f"{real.title}, {days} {'day' if days == 1 else 'days'}"
        yield Figure(f"{name}: players judged", len(found.own), "")
        yield Figure(f"{name}: AUC of another's days, displacement", auc(found, surprise), "")
        yield Figure(f"{name}: AUC of another's days, distance delta", auc(found, delta), "")
        flagged = float(np.mean([each.is_anomalous for each in found.own]))
        yield Figure(f"{name}: own days flagged by the distance delta", flagged, "")
        for context in Context:
            own = [each.displacement.is_anomalous for each in found.own if each.context is context]
            if len(own) * real.game.anomalies.alpha >= 1:
                yield Figure(f"{name}, {context}: own days flagged, of {len(own)}", float(np.mean(own)), "")


def judged(real: RealGame, taxonomy: GameBehavioralTaxonomy, days: int) -> Judged:
    """The last days of the players whose days are in no norm."""
    seen = real.seen
    norms = norms_of(taxonomy, _days_of(seen, seen.day_player % 4 < 2))
    yardstick = Yardstick.of(real.game, taxonomy, norms)
    known = np.bincount(seen.day_player, minlength=len(seen.whole.player_ids))
    players = [each for each in np.flatnonzero(known >= _FEWEST_DAYS).tolist() if each % 4 >= 2]
    baselines = [baseline_of(seen, each) for each in players]
    own = [detected(yardstick, each, days=days) for each in baselines]
    swapped = [_with_days_of(real, *pair, days) for pair in _pairs(baselines)]
    return Judged(own, [detected(yardstick, each, days=days) for each in swapped], swapped)


def surprise(found: AnomalyDetection) -> float:
    """How unlike the player by displacement."""
    return -found.displacement.p_value


def delta(found: AnomalyDetection) -> float:
    """How unlike the player by document C: its mean over axes, not cut at 1, so that all players have an order."""
    return float(np.mean([abs(each.distance_delta) / each.threshold for each in found.axes]))


def auc(found: Judged, score: Callable[[AnomalyDetection], float]) -> float:
    """How often another's days score higher than one's own."""
    from sklearn.metrics import roc_auc_score

    scores = [score(each) for each in (*found.own, *found.foreign)]
    return float(roc_auc_score([False] * len(found.own) + [True] * len(found.foreign), scores))


def baseline_of(seen: Seen, player: int) -> Baseline:
    """One player of those whose single days are kept."""
    rows = np.flatnonzero(seen.day_player == player)
    rows = rows[np.argsort(seen.day[rows])][-RECENT_DAYS:]
    recent = tuple(Day(int(seen.day[row]), CONTEXTS[seen.day_context[row]], seen.day_values[row]) for row in rows)
    sums = (each[player].copy() for each in (seen.whole.counts, seen.whole.sums, seen.whole.squares))
    return Baseline(seen.whole.player_ids[player], seen.as_of, *sums, recent)


def _days_of(seen: Seen, kept: np.ndarray) -> Seen:
    columns = {name: getattr(seen, name)[kept] for name in ("day_player", "day", "day_context", "day_values")}
    return replace(seen, **columns)


def _pairs(baselines: Sequence[Baseline]) -> Iterator[tuple[Baseline, Baseline]]:
    order = np.random.default_rng(_SEED).permutation(len(baselines))
    yield from ((baselines[one], baselines[other]) for one, other in zip(order, np.roll(order, 1), strict=True))


def _with_days_of(real: RealGame, player: Baseline, other: Baseline, days: int) -> Baseline:
    """The player, on whose last days somebody else's values stand; the contexts stay."""
    pairs = zip(player.recent[-days:], other.recent[-days:], strict=True)
    replaced = [(own, replace(own, values=foreign.values)) for own, foreign in pairs]
    counts, sums, squares = player.counts.copy(), player.sums.copy(), player.squares.copy()
    for own, foreign in replaced:
        for sign, day in ((-1, own), (1, foreign)):
            known, values = _scaled(real, day)
            at = CONTEXTS.index(day.context)
            counts[at] += sign * known
            sums[at] += sign * values
            squares[at] += sign * values**2
    recent = (*player.recent[:-days], *(foreign for _, foreign in replaced))
    return replace(player, counts=counts, sums=sums, squares=squares, recent=recent)


def _scaled(real: RealGame, day: Day) -> tuple[Array, Array]:
    values = scaled(day.values, [each.scale for each in real.game.metrics.values()])
    return np.isfinite(values).astype(np.float64), np.nan_to_num(values)
