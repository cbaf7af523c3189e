"""The results of an experiment at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tessella.domain.experiments.dimensions import SEGMENT
from tessella.domain.experiments.inference.estimates.gate import LEAST_EFFECTIVE, Gate, gate, least_rewarded
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.inference.results.contrasts import against, leader, variants_said
from tessella.domain.experiments.inference.results.guardrails import guardrails
from tessella.domain.experiments.inference.results.lifts import (
    best_segment,
    lift_by_holdout,
    lift_by_model,
    lift_of_segments,
)
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.said import GateSaid, LiftSaid, Results, Told, VerdictSaid
from tessella.domain.experiments.inference.results.sample_ratios import alarms, sample_ratios
from tessella.domain.experiments.inference.results.segments import segments_said
from tessella.domain.experiments.inference.results.stopping import Verdict
from tessella.domain.experiments.inference.results.verdict import compared, decided, judged, undecided
from tessella.domain.experiments.learning.learned import LearnedPolicy
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.tally import PublishedPolicy, Tally
from tessella.domain.identifiers import Instant


def results_of(
    experiment: Experiment,
    tallies: Mapping[str, Tally],
    policies: Sequence[PublishedPolicy],
    learned: LearnedPolicy,
    now: Instant,
) -> Results:
    """From tallies by dimension: `segment`, and any others that sample ratios are looked at by.

    `policies` are those that units were drawn by, version 0 among them; `learned` is what is believed now, whether it
    is published or not.
    """
    material = Material(experiment, tallies, policies, learned, now)
    rows = material.rows(SEGMENT, experiment.primary)
    mature = rows.mature()
    ratios, rails = sample_ratios(rows, material), guardrails(material)
    opened = gate(mature.logged, material.given, experiment.primary.reward)
    found = Results(
        experiment_id=experiment.experiment_id,
        policy_version=material.newest.policy.version,
        metric=experiment.primary.name,
        units=float(rows.logged.units.sum()),
        mature_units=float(mature.logged.units.sum()),
        gate=_gate_said(opened, material),
        variants=variants_said(mature, material),
        sample_ratios=ratios,
        guardrails=rails,
        segments=segments_said(rows, material),
        verdict=undecided(material, is_held_back=bool(alarms(ratios))),
    )
    told = _compared(found, mature, material) if opened.is_open else _without_values(found)
    return msgspec.structs.replace(told, verdict=judged(told.verdict, material, found.units))


def _compared(found: Results, mature: LoggedRows, material: Material) -> Results:
    """With what is told only where the gate is open."""
    lead = leader(found.variants, material)
    contrasts, pairs = tuple(against(mature, material, 0)), tuple(against(mature, material, lead))
    known = compared(found.variants[lead], contrasts, pairs, material)
    verdict = found.verdict if found.verdict.is_held_back else decided(known, found.guardrails, material)
    by_segment = lift_of_segments(mature, material) if len(set(mature.segment)) > 1 else found.lift_of_segments
    return msgspec.structs.replace(
        found,
        verdict=_unless_segments_gain(verdict, by_segment),
        contrasts=contrasts,
        pairs=pairs,
        lift_over_uniform=lift_by_model(mature, material),
        lift_over_holdout=lift_by_holdout(mature, material),
        lift_of_segments=by_segment,
        best_segment=best_segment(mature, material),
    )


def _unless_segments_gain(said: VerdictSaid, by_segment: LiftSaid) -> VerdictSaid:
    """One variant for all is as good as another one: that is no reason to stop where segments gain by their own."""
    is_futile = said.verdict is Verdict.FUTILE and by_segment.told is Told.BETTER
    return msgspec.structs.replace(said, verdict=Verdict.GO_ON) if is_futile else said


def _without_values(found: Results) -> Results:
    variants = tuple(msgspec.structs.replace(each, value=None) for each in found.variants)
    return msgspec.structs.replace(found, variants=variants)


def _gate_said(opened: Gate, material: Material) -> GateSaid:
    said = GateSaid(opened.is_open, least_rewarded(material.experiment.primary.reward), LEAST_EFFECTIVE)
    has = opened.waiting_for
    if has is None:
        return said
    waiting = material.experiment.variants[has.variant].variant_id
    return msgspec.structs.replace(
        said, waiting_for=waiting, rewarded=has.rewarded, unrewarded=has.unrewarded, effective_units=has.effective
    )
