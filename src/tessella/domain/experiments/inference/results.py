"""The results of an experiment at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from tessella.domain.experiments.dimensions import SEGMENT
from tessella.domain.experiments.inference.contrasts import against, leader, variants_said
from tessella.domain.experiments.inference.gate import LEAST_EFFECTIVE, Gate, gate, least_rewarded
from tessella.domain.experiments.inference.guardrails import guardrails
from tessella.domain.experiments.inference.judged import compared, decided, judged, undecided
from tessella.domain.experiments.inference.lifts import best_segment, lift_by_holdout, lift_by_model, lift_of_segments
from tessella.domain.experiments.inference.logged_rows import LoggedRows
from tessella.domain.experiments.inference.material import Material
from tessella.domain.experiments.inference.said import (
    BestSegment,
    ContrastSaid,
    GateSaid,
    GuardrailSaid,
    LiftSaid,
    Results,
    Told,
    VariantSaid,
    VerdictSaid,
)
from tessella.domain.experiments.inference.sample_ratios import alarms, sample_ratios
from tessella.domain.experiments.inference.segments import segments_said
from tessella.domain.experiments.inference.stopping import Verdict
from tessella.domain.experiments.learning.learned import LearnedPolicy
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.tally import PublishedPolicy, Tally
from tessella.domain.identifiers import Instant

_NOT_YET = LiftSaid(Told.NOT_YET_KNOWN)


@dataclass(frozen=True, slots=True)
class _Compared:
    """What is told only where the gate is open."""

    variants: tuple[VariantSaid, ...]
    verdict: VerdictSaid
    contrasts: tuple[ContrastSaid, ...] = ()
    pairs: tuple[ContrastSaid, ...] = ()
    lift_over_uniform: LiftSaid = _NOT_YET
    lift_over_holdout: LiftSaid = _NOT_YET
    lift_of_segments: LiftSaid = _NOT_YET
    best_segment: BestSegment | None = None


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
    held_back = bool(alarms(ratios))
    told = _told(mature, rails, material, held_back) if opened.is_open else _nothing(mature, material, held_back)
    units = float(rows.logged.units.sum())
    return Results(
        experiment_id=experiment.experiment_id,
        policy_version=material.newest.policy.version,
        metric=experiment.primary.name,
        units=units,
        mature_units=float(mature.logged.units.sum()),
        gate=_gate_said(opened, material),
        variants=told.variants,
        contrasts=told.contrasts,
        pairs=told.pairs,
        lift_over_uniform=told.lift_over_uniform,
        lift_over_holdout=told.lift_over_holdout,
        lift_of_segments=told.lift_of_segments,
        best_segment=told.best_segment,
        sample_ratios=ratios,
        guardrails=rails,
        segments=segments_said(rows, material),
        verdict=judged(told.verdict, material, units),
    )


def _told(mature: LoggedRows, rails: Sequence[GuardrailSaid], material: Material, held_back: bool) -> _Compared:
    variants = variants_said(mature, material)
    lead = leader(variants, material)
    contrasts, pairs = tuple(against(mature, material, 0)), tuple(against(mature, material, lead))
    known = compared(variants[lead], contrasts, pairs, material)
    verdict = undecided(material, is_held_back=True) if held_back else decided(known, rails, material)
    by_segment = lift_of_segments(mature, material) if len(set(mature.segment)) > 1 else _NOT_YET
    return _Compared(
        variants=variants,
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


def _nothing(mature: LoggedRows, material: Material, held_back: bool) -> _Compared:
    variants = (msgspec.structs.replace(each, value=None) for each in variants_said(mature, material))
    return _Compared(tuple(variants), undecided(material, is_held_back=held_back))


def _gate_said(opened: Gate, material: Material) -> GateSaid:
    said = GateSaid(opened.is_open, least_rewarded(material.experiment.primary.reward), LEAST_EFFECTIVE)
    has = opened.waiting_for
    if has is None:
        return said
    waiting = material.experiment.variants[has.variant].variant_id
    return msgspec.structs.replace(
        said, waiting_for=waiting, rewarded=has.rewarded, unrewarded=has.unrewarded, effective_units=has.effective
    )
