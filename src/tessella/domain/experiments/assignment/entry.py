"""Who enters an experiment: by its layer and its share of the traffic, each drawn by a hash of its own."""

from __future__ import annotations

from enum import StrEnum

from tessella.domain.experiments.assignment.hashes import WHOLE, salt_of, unit_hash
from tessella.domain.experiments.setup.experiment import LAYER_PARTS, Experiment, Layer
from tessella.domain.identifiers import Namespace


class Unrecorded(StrEnum):
    """Why a unit gets the control and nothing is recorded of it."""

    NOT_RUNNING = "not_running"
    NOT_TARGETED = "not_targeted"
    OUTSIDE_LAYER = "outside_layer"
    OUTSIDE_TRAFFIC = "outside_traffic"
    OPTED_OUT = "opted_out"
    #: It may have a variant already, and nobody can tell.
    DATABASE_AWAY = "database_away"
    #: It is named for a test of an experiment that has not begun: it gets the variant of the test.
    FORCED = "forced"


def not_admitted(namespace: Namespace, experiment: Experiment, unit: str) -> Unrecorded | None:
    """Why a unit does not enter; None for one that does.

    Who is in at one share of the traffic is in at every larger one. All experiments of a layer ask the same number of
    a unit, so those with other parts never share one.
    """
    if experiment.layer is not None and not _is_in(namespace, experiment.layer, unit):
        return Unrecorded.OUTSIDE_LAYER
    if experiment.traffic < 1 and not _is_let_in(namespace, experiment, unit):
        return Unrecorded.OUTSIDE_TRAFFIC
    return None


def _is_in(namespace: Namespace, layer: Layer, unit: str) -> bool:
    number = _number(salt_of(namespace, "", "layer", layer.name), unit)
    return layer.first <= number * LAYER_PARTS // WHOLE < layer.last


def _is_let_in(namespace: Namespace, experiment: Experiment, unit: str) -> bool:
    return _number(salt_of(namespace, experiment.experiment_id, "traffic"), unit) < experiment.traffic * WHOLE


def _number(salt: bytes, unit: str) -> int:
    """Below `WHOLE`, each as likely."""
    return unit_hash(salt, unit) >> 33
