"""An experiment: who gets which variant, and what is learned from it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from tessella.domain.experiments.setup.metric import Metric
from tessella.domain.experiments.setup.segmentation import Segmentation
from tessella.domain.experiments.setup.stopping import Stopping
from tessella.domain.identifiers import ExperimentId, Json, VariantId

#: How many parts a layer has: experiments of one layer hold parts that do not overlap.
LAYER_PARTS: Final = 10_000
#: The posterior of an experiment that names none.
DEFAULT_POSTERIOR: Final = "hierarchical"


class ExperimentStatus(StrEnum):
    """Where an experiment is in its life."""

    DRAFT = "draft"
    #: Units are assigned, and rewards counted.
    RUNNING = "running"
    #: Nobody new is assigned; who is assigned keeps the variant, and rewards count.
    PAUSED = "paused"
    #: As paused, and rewards that come now do not count.
    STOPPED = "stopped"
    #: It is kept for its results only.
    ARCHIVED = "archived"


#: Whoever has a variant keeps it, rewards count, and it is learned from.
ALIVE: Final = frozenset({ExperimentStatus.RUNNING, ExperimentStatus.PAUSED})
#: Nothing comes to it any more that counts.
OVER: Final = frozenset({ExperimentStatus.STOPPED, ExperimentStatus.ARCHIVED})


class OnOutage(StrEnum):
    """What a unit that is not known here gets while the database is away."""

    #: The control. Nothing is recorded, so the unit is not in the analysis.
    CONTROL = "control"
    #: Nothing: the request is refused.
    REFUSE = "503"


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One of the things that a unit may get."""

    variant_id: VariantId
    name: str
    #: What is shown: it is handed out as it is.
    content: Mapping[str, Json] = {}
    #: Knobs of ranking, where that is what is tested.
    overrides: Mapping[str, Json] = {}


class Layer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of everybody. Experiments that name the same layer and other parts never share a unit."""

    name: str
    #: From this part on, and up to before that one: 0 <= first < last <= LAYER_PARTS.
    first: int = 0
    last: int = LAYER_PARTS


class Experiment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One experiment, as it is written in JSON, YAML and the database."""

    experiment_id: ExperimentId
    name: str
    #: 2 to 100. The first is the control.
    variants: tuple[Variant, ...]
    status: ExperimentStatus = ExperimentStatus.RUNNING
    description: str = ""
    #: 1 to 10 of different names.
    metrics: tuple[Metric, ...] = (Metric(),)
    #: Rewards count that happen within so many hours of the assignment: a minute to 366 days.
    attribution_hours: float = 24.0
    segmentation: Segmentation = Segmentation()
    #: The name of a posterior.
    posterior: str = DEFAULT_POSTERIOR
    #: The expected reward of a unit before there are any: a rate, or an amount.
    expected: float = 0.05
    #: A rule over features and context: only who fulfils it is assigned. None: everybody.
    targeting: Json = None
    #: The share of those that is assigned; the others get the control and are not recorded.
    traffic: float = 1.0
    layer: Layer | None = None
    #: By user: the variant that they get for a test. They are logged and not analysed.
    forced: Mapping[str, VariantId] = {}
    on_outage: OnOutage = OnOutage.CONTROL
    stopping: Stopping = Stopping()
    #: Who is told by e-mail; empty: whom the namespace names.
    notify: tuple[str, ...] = ()

    @property
    def control(self) -> Variant:
        """What the others are compared with."""
        return self.variants[0]

    @property
    def primary(self) -> Metric:
        """What it learns by."""
        return self.metrics[0]
