"""Games with a planted truth: players of known segments on known axes, and their days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tessella.domain.identifiers import FeatureName, GameId, SubjectId
from tessella.domain.taxonomy.baselines import RECENT_DAYS, Array, Baseline, Baselines, Day, Seen
from tessella.domain.taxonomy.game import CONTEXTS, Context, DayMetric, Game, Outcome, Scale, UniversalAxis

#: The last day that is looked at: 2026-11-22, a Sunday.
AS_OF = 20_779
#: Players who are made at once, so that many need little memory.
_CHUNK = 2_000
#: What a standard deviation between players of one segment is in scaled values, and where the population lies.
_LOG = (5.0, 0.2)
_LINEAR = (50.0, 2.0)


@dataclass(frozen=True)
class Plan:
    """What is planted. Lengths are in standard deviations between players of one segment."""

    players: int = 600
    #: How many segments each axis has; 1 for none.
    groups: Mapping[str, int] | None = None
    #: Axes of the game's own, by name, which the game does not declare: how many segments each has.
    own: Mapping[str, int] | None = None
    metrics_each: int = 3
    #: Between the centers that are nearest to one another.
    separation: float = 6.0
    #: Of players within a segment: normal, uniform, skewed (a gamma) or heavy (Student's t with 4 degrees).
    shape: str = "normal"
    #: Between metrics of one axis, within a segment.
    correlation: float = 0.3
    #: Days with events that a player has, on average.
    days: float = 40.0
    #: Of a player's days.
    day_deviation: float = 1.0
    #: How far weekends and holidays move every metric.
    weekend: float = 0.5
    holiday: float = 1.0
    #: The share of values that are missing.
    missing: float = 0.0
    window_days: int = 182
    #: Of so many players single days are kept.
    day_players: int = 200
    seed: int = 0


@dataclass(frozen=True, eq=False)
class World:
    """What was planted, and what is seen of it."""

    game: Game
    seen: Seen
    #: By axis, the segment of each player.
    labels: Mapping[str, NDArray[np.int64]]
    #: (players, metrics): where each player truly is, in planted lengths, before any context.
    means: Array
    #: (contexts, metrics)
    shifts: Array
    plan: Plan

    def day_of(self, player: int, context: Context, luck: np.random.Generator, shift: Array | float = 0.0) -> Array:
        """A fresh day of a player as measured, moved by `shift` planted lengths a metric."""
        middle = self.means[player] + self.shifts[CONTEXTS.index(context)] + shift
        return measured(self.game, middle + self.plan.day_deviation * luck.standard_normal(len(middle)))

    def baseline(self, player: int) -> Baseline:
        """One player, with the last days where these are kept."""
        seen, whole = self.seen, self.seen.whole
        rows = np.flatnonzero(seen.day_player == player)[-RECENT_DAYS:]
        recent = tuple(
            Day(int(seen.day[row]), CONTEXTS[seen.day_context[row]], seen.day_values[row].copy()) for row in rows
        )
        sums = (each[player].copy() for each in (whole.counts, whole.sums, whole.squares))
        return Baseline(whole.player_ids[player], AS_OF, *sums, recent)


def planted(plan: Plan | None = None, **changed: object) -> World:
    """A world by a plan, or by the usual one with some things changed."""
    plan = plan or Plan(**changed)
    luck = np.random.default_rng(plan.seed)
    game = game_of(plan)
    parts = [_axis(plan, count, luck) for count in _counts(plan).values()]
    labels = {name: label for name, (label, _) in zip(_counts(plan), parts, strict=True)}
    means = np.hstack([mean for _, mean in parts])
    direction = np.where(np.arange(means.shape[1]) % 2, -1.0, 1.0)
    shifts = np.outer([0.0, plan.weekend, plan.holiday], direction)
    return World(game, _seen(plan, game, means, shifts, labels, luck), labels, means, shifts, plan)


def game_of(plan: Plan) -> Game:
    """The declaration: universal axes by their names, metrics of own axes on none."""
    names = {axis: tuple(f"{axis}_{each}" for each in range(plan.metrics_each)) for axis in _counts(plan)}
    every = [metric for metrics in names.values() for metric in metrics]
    scales = (Scale.LOG, Scale.LINEAR)
    metrics = {name: DayMetric(kind={"kind": "count"}, scale=scales[at % 2]) for at, name in enumerate(every)}
    axes = {axis: names[axis] for axis in UniversalAxis if axis in names}
    outcomes = {Outcome.LTV: FeatureName("user.ltv"), Outcome.CHURN: FeatureName("user.churn")}
    return Game(GameId("planted"), metrics, axes, outcomes=outcomes, window_days=plan.window_days, holidays=("10-12",))


def measured(game: Game, lengths: Array) -> Array:
    """(..., metrics) as measured, from planted lengths."""
    is_log = np.array([each.scale is Scale.LOG for each in game.metrics.values()])
    logs = np.expm1(np.maximum(_LOG[0] + _LOG[1] * lengths, 0.0))
    return np.where(is_log, logs, _LINEAR[0] + _LINEAR[1] * lengths)


def scaled(game: Game, values: Array) -> Array:
    """log(1 + x) of metrics that are measured so, others as they are."""
    is_log = np.array([each.scale is Scale.LOG for each in game.metrics.values()])
    return np.where(is_log, np.log1p(np.where(is_log, values, 0.0)), values)


def _counts(plan: Plan) -> dict[str, int]:
    usual = {UniversalAxis.MONETIZATION: 3, UniversalAxis.ENGAGEMENT: 2, UniversalAxis.TEMPORAL: 1}
    return {
        str(name): count for name, count in ((usual if plan.groups is None else plan.groups) | (plan.own or {})).items()
    }


def _axis(plan: Plan, count: int, luck: np.random.Generator) -> tuple[NDArray[np.int64], Array]:
    """The segment and the place of each player."""
    width = plan.metrics_each
    shares = luck.dirichlet(np.full(count, 20.0))
    labels = luck.choice(count, plan.players, p=shares)
    common = np.full((width, width), plan.correlation) + (1 - plan.correlation) * np.eye(width)
    spread = _drawn(plan, (plan.players, width), luck) @ np.linalg.cholesky(common).T
    return labels, _centers(count, width, plan.separation, common, luck)[labels] + spread


def _drawn(plan: Plan, size: tuple[int, int], luck: np.random.Generator) -> Array:
    if plan.shape == "uniform":
        return luck.uniform(-np.sqrt(3), np.sqrt(3), size)
    if plan.shape == "skewed":
        return (luck.gamma(2.0, 1.0, size) - 2.0) / np.sqrt(2)
    if plan.shape == "heavy":
        return luck.standard_t(4, size) / np.sqrt(2)
    return luck.standard_normal(size)


def _centers(count: int, width: int, separation: float, common: Array, luck: np.random.Generator) -> Array:
    """Centers of which the nearest two are `separation` apart (Mahalanobis), and none is much further than needed."""
    if count == 1:
        return np.zeros((1, width))
    tries = luck.standard_normal((400, count, width))
    gaps = np.linalg.norm(tries[:, :, None] - tries[:, None], axis=3) + np.where(np.eye(count), np.inf, 0)
    nearest = gaps.min(axis=(1, 2))
    best = int(np.argmax(nearest / np.sqrt((tries**2).mean(axis=(1, 2)))))
    centers = tries[best] * separation / nearest[best]
    return (centers - centers.mean(axis=0)) @ np.linalg.cholesky(common).T


def _seen(
    plan: Plan,
    game: Game,
    means: Array,
    shifts: Array,
    labels: Mapping[str, NDArray[np.int64]],
    luck: np.random.Generator,
) -> Seen:
    cells, days = [], []
    for begin in range(0, plan.players, _CHUNK):
        rows = _days(plan, game, means[begin : begin + _CHUNK], shifts, luck)
        cells.append(_cells(rows, len(means[begin : begin + _CHUNK]), game))
        if begin < plan.day_players:
            days.append((rows[0] + begin, *rows[1:]))
    player, day, context, _, values = (np.concatenate(each) for each in zip(*days, strict=True))
    kept = player < plan.day_players
    # (3 sums, players, halves, parities, contexts, metrics)
    sums = np.concatenate(cells, axis=1)
    ids = [SubjectId(f"player-{each}") for each in range(plan.players)]
    whole, first, second = (
        Baselines(ids, *part) for part in (sums.sum((2, 3)), sums[:, :, 0].sum(2), sums[:, :, 1].sum(2))
    )
    odd, even = (Baselines(ids, *sums[:, :, :, parity].sum(2)) for parity in (1, 0))
    outcomes = _outcomes(labels, luck)
    chosen = (each[kept] for each in (player, day, context, values))
    return Seen(whole, first, second, odd, even, outcomes, *chosen, plan.players, AS_OF)


def _outcomes(labels: Mapping[str, NDArray[np.int64]], luck: np.random.Generator) -> Array:
    """LTV grows with the segment's number on the first axis, and churn falls."""
    first = next(iter(labels.values()))
    ltv = 100.0 + 50.0 * first + luck.normal(0, 50, len(first))
    return np.column_stack([ltv, luck.random(len(first)) < 0.5 / (1 + first)]).astype(np.float64)


Rows = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8], NDArray[np.int64], Array]


def _days(plan: Plan, game: Game, means: Array, shifts: Array, luck: np.random.Generator) -> Rows:
    """Rows in order of player and day: player, day, context, cell (half, parity) and what is measured."""
    window = np.arange(AS_OF - plan.window_days + 1, AS_OF + 1)
    often = np.clip(luck.gamma(8.0, plan.days / 8.0 / plan.window_days, len(means)), 0, 0.95)
    player, at = np.nonzero(luck.random((len(means), len(window))) < often[:, None])
    turn = np.arange(len(player)) - np.searchsorted(player, player)
    context = np.array([_context(day) for day in window], np.int8)[at]
    cell = (at >= len(window) // 2) * 2 + turn % 2
    noise = plan.day_deviation * luck.standard_normal((len(player), means.shape[1]))
    values = measured(game, means[player] + shifts[context] + noise)
    if plan.missing:
        values[luck.random(values.shape) < plan.missing] = np.nan
    return player, window[at], context, cell, values


def _context(day: int) -> int:
    """Day 0 was a Thursday; 2026-10-12 is a holiday."""
    if day == AS_OF - 41:
        return CONTEXTS.index(Context.HOLIDAY)
    return CONTEXTS.index(Context.WEEKEND if (day + 3) % 7 >= 5 else Context.WEEKDAY)


def _cells(rows: Rows, players: int, game: Game) -> Array:
    """(3 sums, players, halves, parities, contexts, metrics)."""
    player, _, context, cell, values = rows
    index = (player * 4 + cell) * len(CONTEXTS) + context
    shape = (players * 4 * len(CONTEXTS), len(index))
    adds = sparse.csr_array((np.ones(len(index)), (index, np.arange(len(index)))), shape=shape)
    known, said = ~np.isnan(values), np.nan_to_num(scaled(game, values))
    sums = np.stack([adds @ each for each in (known.astype(np.float64), said, said**2)])
    return sums.reshape(3, players, 2, 2, len(CONTEXTS), values.shape[1])


def structureless(seeds: range, **changed: object) -> Iterator[World]:
    """Worlds without any groups, of four shapes by turns."""
    shapes = ("normal", "uniform", "skewed", "heavy")
    for seed in seeds:
        groups = dict.fromkeys(UniversalAxis, 1)
        yield planted(**({"groups": groups, "shape": shapes[seed % 4], "seed": seed} | changed))
