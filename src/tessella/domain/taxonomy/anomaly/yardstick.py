"""A game, its taxonomy and its norms, prepared so that one player's days are judged in a few operations."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final

from tessella.domain.identifiers import GameId
from tessella.domain.taxonomy.anomaly.displacement import Spread
from tessella.domain.taxonomy.anomaly.distance_delta import LINE
from tessella.domain.taxonomy.anomaly.frame import WHOLE, Frame
from tessella.domain.taxonomy.anomaly.norms import Cells, Norms
from tessella.domain.taxonomy.anomaly.telling import Telling
from tessella.domain.taxonomy.anomaly.windows import MOST_DAYS
from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.detection import Displacement
from tessella.domain.taxonomy.game import CONTEXTS, AnomalyMethod, Game
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy

#: A context has norms of its own from so many windows on that alpha would flag; with fewer, those of all contexts hold.
_FLAGGED: Final = 20


@dataclass(frozen=True, slots=True)
class AxisRule:
    """What a game says of one axis."""

    name: str
    #: By context: the distance delta that scores 1 here.
    thresholds: tuple[float, ...]
    is_critical: bool


@dataclass(frozen=True, slots=True, eq=False)
class Yardstick:
    """Immutable, so threads may share it."""

    game_id: GameId
    version: int
    method: AnomalyMethod
    alpha: float
    #: The score of ln p: 0.7 / ln alpha.
    slope: float
    frame: Frame
    spread: Spread
    telling: Telling
    rules: tuple[AxisRule, ...]
    #: (id, name) of all segments in a row, as `Frame` has them; (0, "") where an axis has fewer.
    segments: tuple[tuple[int, str], ...]
    metrics: tuple[str, ...]
    #: By number of days less 1, and by context.
    cells: tuple[tuple[Cells, ...], ...]
    #: The same: what makes these cells say less than they seem to; empty where nothing does.
    cautions: tuple[tuple[str, ...], ...]
    #: (D,): a coordinate's part of the mean, by the doubt about a player of whom nothing is known, 1 / k0 + 1 / k1.
    sureness: Array

    @classmethod
    def of(cls, game: Game, taxonomy: GameBehavioralTaxonomy, norms: Norms) -> Yardstick:
        """The yardstick of a taxonomy and of its own norms. Raises `ValueError` for norms of another version."""
        if norms.version != taxonomy.version:
            raise ValueError(f"Norms of version {norms.version} do not measure version {taxonomy.version}.")
        frame, spread, alpha = Frame.of(taxonomy), norms.spread, game.anomalies.alpha
        most = frame.handicap.shape[1]
        told = [[_cells(norms, days, context, alpha) for context in range(WHOLE)] for days in range(1, MOST_DAYS + 1)]
        return cls(
            game_id=game.game_id,
            version=taxonomy.version,
            method=game.anomalies.method,
            alpha=alpha,
            slope=LINE / log(alpha),
            frame=frame,
            spread=spread,
            telling=Telling.of(game, taxonomy, frame),
            rules=_rules(game, taxonomy),
            segments=tuple(
                (axis.segments[at].segment_id, axis.segments[at].name) if at < len(axis.segments) else (0, "")
                for axis in taxonomy.axes
                for at in range(most)
            ),
            metrics=taxonomy.standard.metrics,
            cells=tuple(tuple(cells for cells, _ in row) for row in told),
            cautions=tuple(tuple(caution for _, caution in row) for row in told),
            sureness=frame.real / frame.real.sum() / (1 / spread.between + 1 / spread.contextual),
        )

    def confidence(self, doubt: Array) -> float:
        """0 to 1: the share of the doubt about a normal, (D,), that the player's own days have taken away.

        1 less the mean over coordinates of doubt / (1 / k0 + 1 / k1), see `normals_of`: 0 where no other day is known.
        """
        return max(0.0, 1.0 - float(doubt @ self.sureness))

    def displacements(self, distances: list[float], days: int, context: int) -> list[Displacement]:
        """What distances on the axes mean, and at last all: by the greatest surprise, which has norms of its own."""
        *cells, overall = self.cells[days - 1][context]
        found = [cell.told(distance) for cell, distance in zip(cells, distances, strict=True)]
        together, _ = overall.told(max([surprise for _, surprise in found]))
        return [*[self._displacement(p_value) for p_value, _ in found], self._displacement(together)]

    def _displacement(self, p_value: float) -> Displacement:
        """min(1, 0.7 ln p / ln alpha): over the same line of 0.7 exactly where p < alpha."""
        return Displacement(p_value, min(1.0, self.slope * log(p_value)), p_value < self.alpha)


def _rules(game: Game, taxonomy: GameBehavioralTaxonomy) -> tuple[AxisRule, ...]:
    rules, names = game.anomalies, [axis.axis_name for axis in taxonomy.axes]
    return tuple(
        AxisRule(
            name=name,
            thresholds=tuple(rules.thresholds.get(each, 1.0) / rules.sensitivity.get(name, 1.0) for each in CONTEXTS),
            is_critical=name in rules.critical_axes,
        )
        for name in names
    )


def _cells(norms: Norms, days: int, context: int, alpha: float) -> tuple[Cells, str]:
    """The cells of a context, or of all days where it has too few; and what to say of them."""
    own, pooled = norms.cells[days - 1][context], norms.cells[days - 1][WHOLE]
    if own[-1].days * alpha >= _FLAGGED:
        return own, ""
    if (1 + pooled[-1].days) * alpha > 1:
        return pooled, (
            f"Only {own[-1].days} of the days that the norms are made from were of the context {CONTEXTS[context]}: "
            f"days of all contexts say how unusual a displacement is."
        )
    return pooled, f"The norms are made from {pooled[-1].days} days: too few to tell a share of {alpha:g} from none."
