"""What an experiment may say: variants that can be told apart, numbers that mean something."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from tessella.domain.errors import Faults, TessellaError, UnknownReference, WrongShape, shown
from tessella.domain.experiments.setup.content import content_faults
from tessella.domain.experiments.setup.experiment import DEFAULT_POSTERIOR, LAYER_PARTS, Experiment, Layer, Variant
from tessella.domain.experiments.setup.metric import Metric, Reward
from tessella.domain.experiments.setup.number_checks import number_faults
from tessella.domain.identifiers import DEFINITION_PATTERN, SUBJECT_MAX_LENGTH, Pointer, nearest, point

FEWEST_VARIANTS: Final = 2
MOST_VARIANTS: Final = 100
MOST_METRICS: Final = 10
MOST_MARGIN: Final = 1000.0
MOST_FORCED: Final = 1_000
MOST_NOTIFIED: Final = 20
MOST_LETTERS: Final = 256

_MAIL_ADDRESS: Final = re.compile(r"[^\s@,;<>]{1,64}@[^\s@,;<>]{1,255}")
_NAME_RULE: Final = "1 to 128 letters, digits and . _ : -, and starts with a letter or digit."


def check_experiment(experiment: Experiment, at: Pointer) -> None:
    """Raises `Faults` with every fault that the experiment has by itself."""
    faults = [
        *_name_faults(experiment.name, at),
        *_variant_faults(experiment.variants, point(at, "variants")),
        *_metric_faults(experiment.metrics, point(at, "metrics")),
        *_posterior_faults(experiment.posterior, point(at, "posterior")),
        *number_faults(experiment, at),
        *_layer_faults(experiment.layer, point(at, "layer")),
        *_forced_faults(experiment, point(at, "forced")),
        *_notified_faults(experiment.notify, point(at, "notify")),
    ]
    if faults:
        raise Faults(faults)


def _name_faults(name: str, at: Pointer) -> Iterator[TessellaError]:
    if not name.strip() or len(name) > MOST_LETTERS:
        yield WrongShape(point(at, "name"), f"A name is 1 to {MOST_LETTERS} characters.", 'Such as "Bold button".')


def _variant_faults(variants: Sequence[Variant], at: Pointer) -> Iterator[TessellaError]:
    if not FEWEST_VARIANTS <= len(variants) <= MOST_VARIANTS:
        problem = f"An experiment has {FEWEST_VARIANTS} to {MOST_VARIANTS} variants, not {len(variants)}."
        yield WrongShape(at, problem, "The first is the control, which the others are compared with.")
        return
    yield from _repeated([each.variant_id for each in variants], at, "variant_id")
    yield from _repeated([each.name.strip().casefold() for each in variants], at, "name")
    for index, variant in enumerate(variants):
        yield from _name_faults(variant.name, point(at, index))
        if not DEFINITION_PATTERN.fullmatch(variant.variant_id):
            yield WrongShape(point(at, index, "variant_id"), f"A variant_id is {_NAME_RULE}", 'Such as "bold".')
        yield from content_faults(variant.content, point(at, index, "content"))


def _metric_faults(metrics: Sequence[Metric], at: Pointer) -> Iterator[TessellaError]:
    if not 1 <= len(metrics) <= MOST_METRICS:
        yield WrongShape(at, f"An experiment has 1 to {MOST_METRICS} metrics.", "It learns by the first.")
    yield from _repeated([each.name for each in metrics], at, "name")
    for index, metric in enumerate(metrics):
        if not DEFINITION_PATTERN.fullmatch(metric.name):
            yield WrongShape(point(at, index, "name"), f"A metric's name is {_NAME_RULE}", 'Such as "purchase".')
        if not 0 <= metric.margin <= MOST_MARGIN:
            problem = f"A margin is 0 to {MOST_MARGIN:g}, as a share of the control's value."
            yield WrongShape(point(at, index, "margin"), problem, "Such as 0.1: a tenth of it.")
        if metric.reward is Reward.BINARY and metric.may_be_negative:
            problem = "A binary reward is there or not: it is never negative."
            yield WrongShape(point(at, index, "may_be_negative"), problem, "Only a continuous reward may be.")


def _repeated(names: Sequence[str], at: Pointer, field: str) -> Iterator[TessellaError]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield WrongShape(point(at, index, field), f"{shown(name)} is there twice.", "Choose another one.")


def _posterior_faults(name: str, at: Pointer) -> Iterator[TessellaError]:
    if name == DEFAULT_POSTERIOR:
        return
    from tessella.domain.experiments.learning.posteriors import POSTERIORS  # loads scipy

    if name not in POSTERIORS:
        yield UnknownReference(at, "posterior", name, None, tuple(POSTERIORS), "in Tessella")


def _layer_faults(layer: Layer | None, at: Pointer) -> Iterator[TessellaError]:
    if layer is None:
        return
    if not DEFINITION_PATTERN.fullmatch(layer.name):
        yield WrongShape(point(at, "name"), f"A layer's name is {_NAME_RULE}", 'Such as "checkout".')
    if not 0 <= layer.first < layer.last <= LAYER_PARTS:
        problem = f"A part of a layer has 0 <= first < last <= {LAYER_PARTS}."
        yield WrongShape(point(at, "last"), problem, f'Such as "first": 0, "last": {LAYER_PARTS // 2}.')


def _forced_faults(experiment: Experiment, at: Pointer) -> Iterator[TessellaError]:
    known = {each.variant_id for each in experiment.variants}
    yield from _too_many(experiment.forced, MOST_FORCED, at)
    for user, variant_id in experiment.forced.items():
        if not 1 <= len(user) <= SUBJECT_MAX_LENGTH:
            problem = f"A user is 1 to {SUBJECT_MAX_LENGTH} characters."
            yield WrongShape(point(at, user), problem, 'Such as "qa-1".')
        if variant_id not in known:
            near = nearest(variant_id, known)
            yield UnknownReference(point(at, user), "variant", variant_id, near, sorted(known), "in this experiment")


def _notified_faults(addresses: Sequence[str], at: Pointer) -> Iterator[TessellaError]:
    yield from _too_many(addresses, MOST_NOTIFIED, at)
    for index, address in enumerate(addresses):
        if not _MAIL_ADDRESS.fullmatch(address) or not address.isprintable():
            yield WrongShape(point(at, index), f"{shown(address)} is no e-mail address.", 'Such as "ann@example.org".')


def _too_many(values: Collection[str], most: int, at: Pointer) -> Iterator[TessellaError]:
    if len(values) > most:
        yield WrongShape(at, f"There are at most {most} here.", f"Leave {len(values) - most} of them out.")
