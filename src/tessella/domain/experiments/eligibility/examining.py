"""Look at one dimension: its traffic, its evidence, its state, and the sentence that says so."""

from __future__ import annotations

from math import inf
from typing import Final

import msgspec
import numpy as np

from tessella.domain.experiments.counted import Counted
from tessella.domain.experiments.eligibility.evidence import Question, evidence_of
from tessella.domain.experiments.eligibility.finding import Finding
from tessella.domain.experiments.eligibility.judged import Evidence, Traffic, judged
from tessella.domain.experiments.eligibility.levels import Levels, levels_of
from tessella.domain.experiments.eligibility.oriented import oriented
from tessella.domain.experiments.eligibility.state import LEAST_REWARDS, EligibilityState
from tessella.domain.experiments.eligibility.texts.telling import told
from tessella.domain.experiments.setup.stopping import Stopping

#: A segment's rate is drawn towards that of all by so many units.
_STRENGTH: Final = 25.0


def planned_units(stopping: Stopping, units: int, traffic: int) -> int:
    """How many units there will be when the experiment has run as long as planned; `traffic` is units a day."""
    of_days = inf if stopping.max_days is None else stopping.max_days * traffic
    of_units = inf if stopping.max_units is None else stopping.max_units
    return max(units, round(min(stopping.planned_units, of_days, of_units)))


def examine(
    segment_by: tuple[str, ...], mature: Counted, variants: int, asked: Question, random: np.random.Generator
) -> Finding:
    """What is found of a dimension by its mature units, some of which may have no reward."""
    levels = levels_of(mature, variants)
    traffic, evidence = _traffic(levels, asked.planned_units), None
    if levels.units:
        turned = Levels(levels.names, variants, oriented(levels.counted, asked.metric))
        evidence = evidence_of(turned, asked, random)
    return _with_sentence(_found(segment_by, levels, traffic, evidence, asked))


def _traffic(levels: Levels, planned: float) -> Traffic:
    if not levels.names:
        return Traffic((), ())
    cells = levels.cells()
    units, rewarded = cells.units.sum(axis=1), levels.grid(levels.counted.rewarded).sum(axis=1)
    overall = rewarded.sum() / max(units.sum(), 1.0)
    rates = (rewarded + _STRENGTH * overall) / (units + _STRENGTH)
    return Traffic(tuple((planned * cells.shares() * rates).tolist()), tuple(cells.shares().tolist()))


def _found(
    segment_by: tuple[str, ...], levels: Levels, traffic: Traffic, evidence: Evidence | None, asked: Question
) -> Finding:
    return Finding(
        segment_by=segment_by,
        state=EligibilityState.COLLECTING if evidence is None else judged(traffic, evidence),
        units=round(levels.units),
        segments=len(levels.names),
        thick_segments=traffic.thick,
        thin_share=traffic.thin_share,
        planned_units=round(asked.planned_units),
        least_rewards=LEAST_REWARDS,
        bayes_factor=None if evidence is None else evidence.bayes_factor,
        chance_of_lift=None if evidence is None else evidence.chance,
        lift=None if evidence is None else evidence.lift,
        explanation={},
    )


def _with_sentence(finding: Finding) -> Finding:
    return msgspec.structs.replace(finding, explanation=told(finding))
