"""Hillstrom's e-mail test as an experiment of ours: it goes on part by part, and learns after each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import msgspec
import numpy as np
from scipy.special import logit

from tessella.domain.experiments.assignment.policy import Policy
from tessella.domain.experiments.inference.estimates.heterogeneity import bayes_factor
from tessella.domain.experiments.inference.results.results import results_of
from tessella.domain.experiments.inference.results.said import Results
from tessella.domain.experiments.learning.cells import Cells
from tessella.domain.experiments.learning.learned import learned_policy
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.setup.experiment import Experiment, Variant
from tessella.domain.experiments.setup.metric import Metric, Reward
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.experiments.setup.stopping import Stopping
from tessella.domain.experiments.tally import MERGED, PublishedPolicy, RewardCell, Tally, UnitCell
from tessella.domain.identifiers import ExperimentId, Instant, VariantId

_COUNTS: Final = Path(__file__).parent / "data" / "hillstrom" / "counts.csv"
ARMS: Final = ("No E-Mail", "Mens E-Mail", "Womens E-Mail")
#: What customers are told apart by.
MAILED: Final = ("bought", "channel", "history", "newbie", "zip_code")
METRICS: Final = ("visits", "conversions", "spend")
_NOW: Final = Instant(10**15)


@dataclass(frozen=True, slots=True)
class _Part:
    """Customers of one part of the file, of one level, who got one mail."""

    level: str
    part: int
    arm: int
    units: float
    total: float
    squares: float
    rewarded: float


def mailing(dimension: str, metric: str) -> tuple[float, Results]:
    """The Bayes factor for differences between segments, and all that may be said at the end.

    Mails were given alike often to everybody, whatever was learned; only what was expected of customers is learned.
    """
    experiment = _experiment(metric)
    parts = _parts(dimension, metric)
    policies = [first_policy(experiment)]
    for number in sorted({each.part for each in parts})[1:]:
        known = _tally([each for each in parts if each.part < number], metric)
        policies.append(_alike(learned_policy(experiment, known, policies, _NOW).published))
    everything = _tally(parts, metric)
    learned = learned_policy(experiment, everything, policies, _NOW)
    return _factor(parts, experiment), results_of(experiment, {"segment": everything}, policies, learned, _NOW)


def _experiment(metric: str) -> Experiment:
    reward = Reward.CONTINUOUS if metric == "spend" else Reward.BINARY
    return Experiment(
        experiment_id=ExperimentId("mailing"),
        name="E-mail test",
        variants=tuple(Variant(VariantId(each), each) for each in ARMS),
        metrics=(Metric(metric, reward),),
        segmentation=Segmentation(mode=SegmentationMode.MANUAL, segment_by=("level",)),
        expected={"visits": 0.1, "conversions": 0.01, "spend": 1.0}[metric],
        stopping=Stopping(planned_units=64_000),
    )


def _parts(dimension: str, metric: str) -> list[_Part]:
    squares, rewarded = ("spend_squares", "conversions") if metric == "spend" else (metric, metric)
    query = f"""SELECT level, part, arm, units, {metric}, {squares}, {rewarded} FROM read_csv(?, all_varchar = false)
                WHERE dimension = ?"""
    rows = duckdb.execute(query, [str(_COUNTS), dimension]).fetchall()
    return [_Part(str(level), part, ARMS.index(arm), *map(float, sums)) for level, part, arm, *sums in rows]


def _tally(parts: Sequence[_Part], metric: str) -> Tally:
    places = [("segment", each.level, each.level, each.part, False, each.arm, MERGED) for each in parts]
    units = [UnitCell(*place, each.units) for place, each in zip(places, parts, strict=True)]
    rewards = [
        RewardCell(*place, metric, each.rewarded, each.total, each.squares)
        for place, each in zip(places, parts, strict=True)
    ]
    return Tally(units, rewards, {})


def _alike(published: PublishedPolicy) -> PublishedPolicy:
    """What was learned, with the weights that mails were really given by."""
    learned = published.policy
    policy = Policy(learned.version, learned.holdout, learned.uniform, {}, learned.uniform)
    return msgspec.structs.replace(published, policy=policy)


def _factor(parts: Sequence[_Part], experiment: Experiment) -> float:
    levels = sorted({each.level for each in parts})
    sums = np.zeros((3, len(levels), len(ARMS)))
    for each in parts:
        sums[:, levels.index(each.level), each.arm] += (each.units, each.total, each.squares)
    reward, mean = experiment.primary.reward, sums[1].sum() / sums[0].sum()
    middle = float(logit(mean)) if reward is Reward.BINARY else float(mean)
    return bayes_factor(Cells(*sums), reward, middle)
