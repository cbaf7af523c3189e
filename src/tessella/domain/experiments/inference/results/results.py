"""The results of an experiment at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tessella.domain.experiments.dimensions import SEGMENT
from tessella.domain.experiments.inference.estimates.gate import NOTHING, Opened, gate
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.inference.results.contrasts import against, leader, variants_said
from tessella.domain.experiments.inference.results.guardrails import guardrails
from tessella.domain.experiments.inference.results.lifts import lift_by_holdout, lift_by_model
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.opened import gate_said, opened_before
from tessella.domain.experiments.inference.results.said import ComparisonOutcome, LiftSaid, Results, VerdictSaid
from tessella.domain.experiments.inference.results.sample_ratios import alarms, sample_ratios
from tessella.domain.experiments.inference.results.segment_lifts import best_segment, lift_of_segments
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
    before: Results | None = None,
) -> Results:
    """From tallies by dimension: `segment`, and any others that sample ratios are looked at by.

    `policies` are those that units were drawn by, version 0 among them; `learned` is what is believed now, whether it
    is published or not. What `before` told stays told, however unlikely it becomes that units get a variant.
    """
    material = Material(experiment, tallies, policies, learned, now, before)
    rows = material.rows(SEGMENT, experiment.primary)
    mature = rows.mature()
    ratios, rails = sample_ratios(rows, material), guardrails(material)
    everyone = range(len(experiment.variants))
    entrance = gate(mature.logged, everyone, experiment.primary.reward, opened_before(material))
    found = Results(
        experiment_id=experiment.experiment_id,
        policy_version=material.newest.policy.version,
        metric=experiment.primary.name,
        units=float(rows.logged.units.sum()),
        mature_units=float(mature.logged.units.sum()),
        gate=gate_said(entrance, material),
        variants=variants_said(mature, material, entrance.opened if entrance.is_open else NOTHING),
        sample_ratios=ratios,
        guardrails=rails,
        segments=segments_said(rows, material),
        verdict=undecided(material, is_held_back=bool(alarms(ratios))),
    )
    told = _compared(found, mature, material, entrance.opened) if entrance.is_open else found
    return msgspec.structs.replace(told, verdict=judged(told.verdict, material, found.units))


def _compared(found: Results, mature: LoggedRows, material: Material, opened: Opened) -> Results:
    """With what is told only where the gate is open."""
    lead = leader(found.variants, material)
    contrasts, pairs = (tuple(against(mature, material, each, opened)) for each in (0, lead))
    known = compared(found.variants[lead], contrasts, pairs, material)
    verdict = found.verdict if found.verdict.is_held_back else decided(known, found.guardrails, material)
    by_segment = lift_of_segments(mature, material)
    return msgspec.structs.replace(
        found,
        verdict=_unless_segments_gain(verdict, by_segment),
        contrasts=contrasts,
        pairs=pairs,
        lift_over_uniform=found.lift_over_uniform if found.gate.waiting else lift_by_model(mature, material),
        lift_over_holdout=lift_by_holdout(mature, material),
        lift_of_segments=by_segment,
        best_segment=best_segment(mature, material),
    )


def _unless_segments_gain(said: VerdictSaid, by_segment: LiftSaid) -> VerdictSaid:
    """One variant for all is as good as another one: that is no reason to stop where segments gain by their own."""
    is_enough = said.verdict in (Verdict.FUTILE, Verdict.GOOD_ENOUGH) and by_segment.told is ComparisonOutcome.BETTER
    return msgspec.structs.replace(said, verdict=Verdict.GO_ON) if is_enough else said
