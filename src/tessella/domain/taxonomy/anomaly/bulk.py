"""The scores of many players' last days, as `detected` tells that of one."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.one_thread import one_thread
from tessella.domain.taxonomy.anomaly.distance_delta import anomaly_score, overall_score
from tessella.domain.taxonomy.anomaly.found import found_of, last_days_of
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.baselines import Baseline
from tessella.domain.taxonomy.game import CONTEXTS, AnomalyMethod


def last_scores(yardstick: Yardstick, baselines: Sequence[Baseline]) -> list[float | None]:
    """The overall score of each player's last day by the method in force; None of a player of whom no day is known.

    Some thousand players at a time: all of their days lie in memory together.
    """
    known = [at for at, each in enumerate(baselines) if each.recent]
    scores: list[float | None] = [None] * len(baselines)
    if known:
        told = _scores(yardstick, [baselines[at] for at in known])
        for at, score in zip(known, told, strict=True):
            scores[at] = score
    return scores


def _scores(yardstick: Yardstick, baselines: Sequence[Baseline]) -> list[float]:
    with one_thread():
        found = found_of(yardstick.frame, yardstick.spread, last_days_of(yardstick.frame, baselines))
    contexts = [CONTEXTS.index(each.recent[-1].context) for each in baselines]
    if yardstick.method is AnomalyMethod.DISPLACEMENT:
        rows = zip(found.displaced.distances.tolist(), contexts, strict=True)
        return [yardstick.displacements(row, 1, context)[-1].score for row, context in rows]
    deltas = zip((found.current - found.typical).tolist(), contexts, strict=True)
    return [_by_delta(yardstick, row, context) for row, context in deltas]


def _by_delta(yardstick: Yardstick, deltas: list[float], context: int) -> float:
    pairs = zip(deltas, yardstick.rules, strict=True)
    scores = [anomaly_score(delta, rule.thresholds[context]) for delta, rule in pairs]
    return overall_score(scores, [rule.is_critical for rule in yardstick.rules])
