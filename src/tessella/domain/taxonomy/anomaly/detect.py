"""Whether a player's last days are unlike the player."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tessella.domain.errors import WrongShape
from tessella.domain.errors.membership import MetricsChanged
from tessella.domain.taxonomy.anomaly.distance_delta import LINE, anomaly_score, overall_score
from tessella.domain.taxonomy.anomaly.found import Found, found_of, window_of
from tessella.domain.taxonomy.anomaly.frame import WHOLE
from tessella.domain.taxonomy.anomaly.reasons import USUAL, reason_of
from tessella.domain.taxonomy.anomaly.windows import MOST_DAYS
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.baselines import Baseline, Day
from tessella.domain.taxonomy.detection import AnomalyDetection, AxisAnomaly, Displacement, Moved
from tessella.domain.taxonomy.game import CONTEXTS, AnomalyMethod


def detected(
    yardstick: Yardstick, baseline: Baseline, *, days: int = 1, method: AnomalyMethod | None = None
) -> AnomalyDetection:
    """Whether the last days of a player are unlike the player's other days, on each axis and overall, by both methods.

    The days are taken out of the player's sums first. `days` is 1 to 7, of days on which the player was active; where
    fewer are known, those are judged. `method` None is the game's. Anomalies by the method come first, those of
    critical axes before others, then by score. Raises `WrongShape` for another number of days, and `MetricsChanged`
    for a baseline of other metrics.
    """
    _check(yardstick, baseline, days)
    method, judged = method or yardstick.method, baseline.recent[-days:]
    if not judged:
        return _nothing(yardstick, baseline, method)
    found = found_of(yardstick.frame, yardstick.spread, window_of(yardstick.frame, baseline, len(judged)))
    here = CONTEXTS.index(judged[-1].context)
    displacements = yardstick.displacements(found.displaced.distances.tolist(), len(judged), here)
    axes = _axes(yardstick, found, displacements, judged)
    overall = overall_score([each.anomaly_score for each in axes], [each.is_critical for each in axes])
    axes.sort(key=_URGENCY[method])
    return AnomalyDetection(
        player_id=baseline.player_id,
        game_id=yardstick.game_id,
        taxonomy_version=yardstick.version,
        method=method,
        days=tuple([each.day for each in judged]),
        context=judged[-1].context,
        axes=tuple(axes),
        overall_score=overall,
        is_anomalous=overall > LINE,
        displacement=displacements[-1],
        confidence=yardstick.confidence(found.displaced.moves.doubt),
        warnings=_warnings(yardstick, found, judged, days),
    )


def _check(yardstick: Yardstick, baseline: Baseline, days: int) -> None:
    """Raises for what cannot be judged."""
    if not 1 <= days <= MOST_DAYS:
        raise WrongShape("/days", f"{days} days cannot be judged together.", f"Ask for 1 to {MOST_DAYS} days.")
    if baseline.counts.shape[-1] != len(yardstick.metrics):
        raise MetricsChanged(str(baseline.player_id), baseline.counts.shape[-1], len(yardstick.metrics))


def _axes(
    yardstick: Yardstick, found: Found, displacements: list[Displacement], judged: Sequence[Day]
) -> list[AxisAnomaly]:
    """By document C's method, with the displacement beside it. What moved is told where either finds an anomaly."""
    telling, axes = yardstick.telling, []
    here, contexts = CONTEXTS.index(judged[-1].context), {each.context for each in judged}
    told = telling.told(yardstick.frame, found, here)
    rows = (yardstick.rules, found.placed.segments.tolist(), found.current.tolist(), found.typical.tolist())
    for at, (rule, segment, current, typical) in enumerate(zip(*rows, strict=True)):
        segment_id, name = yardstick.segments[segment]
        score = anomaly_score(current - typical, rule.thresholds[here])
        is_told = score > LINE or displacements[at].is_anomalous
        moved: tuple[Moved, ...] = telling.moved(told, at) if is_told else ()
        axes.append(
            AxisAnomaly(
                axis_name=rule.name,
                segment_id=segment_id,
                segment_name=name,
                current_distance=current,
                typical_distance=typical,
                distance_delta=current - typical,
                threshold=rule.thresholds[here],
                anomaly_score=score,
                is_anomalous=score > LINE,
                is_critical=rule.is_critical,
                displacement=displacements[at],
                moved=moved,
                reason=reason_of(moved, name, contexts) if is_told else USUAL,
            )
        )
    return axes


def _by_displacement(each: AxisAnomaly) -> tuple[bool, bool, float]:
    found = each.displacement
    return not (found.is_anomalous and each.is_critical), not found.is_anomalous, -found.score


def _by_delta(each: AxisAnomaly) -> tuple[bool, bool, float]:
    return not (each.is_anomalous and each.is_critical), not each.is_anomalous, -each.anomaly_score


_URGENCY: dict[AnomalyMethod, Callable[[AxisAnomaly], tuple[bool, bool, float]]] = {
    AnomalyMethod.DISPLACEMENT: _by_displacement,
    AnomalyMethod.DISTANCE_DELTA: _by_delta,
}


def _warnings(yardstick: Yardstick, found: Found, judged: Sequence[Day], asked: int) -> tuple[str, ...]:
    warnings, days = [], len(judged)
    if days < asked:
        warnings.append(f"Only {days} of {asked} days are known of this player.")
    if not np.maximum.reduce(found.placed.counts[WHOLE], axis=None):
        warnings.append("No other day of this player is known: the segment alone says what is normal.")
    if not found.windows.is_whole:
        unknown = np.flatnonzero(np.isnan(found.windows.values).any(axis=0))
        names = ", ".join([yardstick.metrics[at] for at in unknown])
        warnings.append(f"Not every day says something of {names}; where none does, they count as usual.")
    if caution := yardstick.cautions[days - 1][CONTEXTS.index(judged[-1].context)]:
        warnings.append(caution)
    return tuple(warnings)


def _nothing(yardstick: Yardstick, baseline: Baseline, method: AnomalyMethod) -> AnomalyDetection:
    return AnomalyDetection(
        player_id=baseline.player_id,
        game_id=yardstick.game_id,
        taxonomy_version=yardstick.version,
        method=method,
        days=(),
        context=None,
        axes=(),
        overall_score=0.0,
        is_anomalous=False,
        displacement=Displacement(1.0, 0.0, False),
        confidence=0.0,
        warnings=("No day of this player is known: there is nothing to judge.",),
    )
