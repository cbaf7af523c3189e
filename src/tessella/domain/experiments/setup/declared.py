"""An experiment from JSON: as it is stored, or as requirement B writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from tessella.domain.errors import Faults, Invalid, TessellaError, WrongShape
from tessella.domain.experiments.setup.checks import check_experiment
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.segmentation import Segmentation
from tessella.domain.experiments.setup.segmentation_change import changed
from tessella.domain.experiments.setup.slugs import free_slugs
from tessella.domain.identifiers import Json, Pointer, point
from tessella.domain.wire import read_record, refuse_unknown

#: Requirement B has segmentation in there, and nothing else.
_CONFIG: Final = "config"
_SEGMENTATION: Final = "segmentation"
#: Who made it: the audit of changes tells that, whatever a body says.
_USER: Final = "user_id"


def read_experiment(written: Mapping[str, Json], at: Pointer = "") -> Experiment:
    """The experiment of a body. Raises `Invalid` errors that point into the body as it was written.

    Source: requirement B, "Configuración por Experimento".
    """
    body = {name: value for name, value in written.items() if name not in (_CONFIG, _USER, _SEGMENTATION)}
    if isinstance(variants := body.get("variants"), list | tuple):
        body["variants"] = list(_named(variants))
    faults: list[TessellaError] = []
    with _kept(faults):
        for segmentation, where in _segmentation(written, at):
            body[_SEGMENTATION] = changed(Segmentation(), segmentation, where)
    with _kept(faults):
        experiment = read_record(Experiment, body, at)
        check_experiment(experiment, at)
    if faults:
        raise Faults(faults)
    return experiment


@contextmanager
def _kept(faults: list[TessellaError]) -> Iterator[None]:
    """Keep what is raised inside, so that the rest is looked at too."""
    try:
        yield
    except Invalid as error:
        faults += error.faults()


def _segmentation(written: Mapping[str, Json], at: Pointer) -> Iterator[tuple[Json, Pointer]]:
    """What is said of segments, and where; nothing where nothing is."""
    if _SEGMENTATION in written:
        yield written[_SEGMENTATION], point(at, _SEGMENTATION)
    config = written.get(_CONFIG)
    if config is None:
        return
    where = point(at, _CONFIG)
    if not isinstance(config, Mapping):
        raise WrongShape(where, "config is an object.", 'Such as {"segmentation": {"mode": "disabled"}}.')
    refuse_unknown(config, (_SEGMENTATION,), where)
    if _SEGMENTATION in config:
        if _SEGMENTATION in written:
            raise WrongShape(where, "segmentation is written twice, here and beside config.", "Write it once.")
        yield config[_SEGMENTATION], point(where, _SEGMENTATION)


def _named(variants: list[Json] | tuple[Json, ...]) -> Iterator[Json]:
    """Each variant with an id: its own, or one that is made of its name."""
    given = {each["variant_id"] for each in variants if isinstance(each, Mapping) and _is_text(each, "variant_id")}
    slugs = free_slugs([_name_of(each) for each in variants], given)
    for variant, slug in zip(variants, slugs, strict=True):
        needs = isinstance(variant, Mapping) and "variant_id" not in variant
        yield {"variant_id": slug, **variant} if needs else variant


def _name_of(variant: Json) -> str | None:
    """The name that an id is made of; None where none is needed, or can be made."""
    needs = isinstance(variant, Mapping) and "variant_id" not in variant
    return str(variant["name"]) if needs and _is_text(variant, "name") else None


def _is_text(variant: Mapping[str, Json], name: str) -> bool:
    return isinstance(variant.get(name), str)
