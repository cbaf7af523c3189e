"""Definitions into JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tessella.domain.definitions.reading import read_definition
from tessella.domain.definitions.records import AuditMode, Defaults, Definition, Kind
from tessella.domain.errors import TessellaError
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import ExperimentId, Json
from tessella.domain.predictions.rfm.setup import write_rfm
from tessella.domain.privacy.subject_ids import SubjectIds
from tessella.domain.ranking.knobs import KNOBS, nested
from tessella.domain.ranking.profile import Campaign, Profile
from tessella.domain.ranking.setup import write_setup

#: Of these people see what holds by default, too.
_TOLD_WHOLE: Final = (Kind.PREDICTION, Kind.OFFER, Kind.EXPERIMENT, Kind.GAME, Kind.SCOPE)
#: What an experiment has that says nothing.
_EMPTY: Final = Experiment(ExperimentId(""), "", ())


def write_definition(definition: Definition) -> dict[str, Json]:
    """The JSON form, with flat knobs; `read_definition` reads it back to an equal object."""
    match definition:
        case Profile():
            named = {"profile_id": definition.profile_id, "name": definition.name}
            return {**named, "description": definition.description, **definition.knobs} | _item_filter(definition)
        case Campaign(campaign_id, overrides, starts_at, ends_at):
            times = {"starts_at": write_instant(starts_at), "ends_at": write_instant(ends_at)}
            pins = {"pins": list(definition.pins)} if definition.pins else {}
            return {"campaign_id": campaign_id, "overrides": dict(overrides), **times} | _item_filter(definition) | pins
        case Defaults():
            return dict(definition.knobs) | _beside_knobs(definition)
        case Experiment():
            fields = msgspec.structs.asdict(definition).items()
            return {name: msgspec.to_builtins(each) for name, each in fields if each != getattr(_EMPTY, name)}
        case _:
            return dict(msgspec.to_builtins(definition))


def rewritten(kind: Kind, stored: Mapping[str, Json]) -> Mapping[str, Json]:
    """A stored object with its fields in the order that they are defined in: the database keeps none.

    What cannot be read stays as it is stored: it has to be seen to be mended.
    """
    try:
        return write_definition(read_definition(kind, stored))
    except TessellaError:
        return stored


def effective(kind: Kind, stored: Mapping[str, Json]) -> Mapping[str, Json]:
    """As `rewritten`; with the defaults of what was left out, where an object of the kind leaves much out."""
    if kind not in _TOLD_WHOLE:
        return rewritten(kind, stored)
    try:
        return _whole(read_definition(kind, stored))
    except TessellaError:
        return stored


def _whole(value: Any) -> dict[str, Json]:
    """Every field, also those that are as by default."""
    return {name: _field(each) for name, each in msgspec.structs.asdict(value).items()}


def _field(value: Any) -> Json:
    match value:
        case msgspec.Struct():
            return _whole(value)
        case tuple():
            return [_field(each) for each in value]
        case dict():
            return {str(name): _field(each) for name, each in value.items()}
        case _:
            return msgspec.to_builtins(value)


def write_nested(definition: Definition) -> dict[str, Json]:
    """The form of the YAML files: as `write_definition`, with nested knobs."""
    written = write_definition(definition)
    match definition:
        case Profile():
            return {k: v for k, v in written.items() if k not in KNOBS} | nested(definition.knobs)
        case Campaign():
            return written | {"overrides": nested(definition.overrides)}
        case Experiment():
            return written | {"variants": [_nested_overrides(each) for each in written["variants"]]}
        case Defaults():
            return dict(nested(definition.knobs)) | _beside_knobs(definition)
        case _:
            return written


def _nested_overrides(variant: Mapping[str, Json]) -> Mapping[str, Json]:
    return {name: nested(value) if name == "overrides" else value for name, value in variant.items()}


def _beside_knobs(defaults: Defaults) -> dict[str, Json]:
    """What is not as usual: the audit's mode, ids of subjects, how signals are made, and what RFM is read from."""
    audit = {} if defaults.audit is AuditMode.BEST_EFFORT else {"audit": defaults.audit.value}
    ids = {} if defaults.subject_ids is SubjectIds.OPAQUE else {"subject_ids": defaults.subject_ids.value}
    setups = {"ranking": write_setup(defaults.ranking), "rfm": write_rfm(defaults.rfm)}
    return audit | ids | {name: setup for name, setup in setups.items() if setup} | _item_filter(defaults)


def _item_filter(definition: Profile | Campaign | Defaults) -> dict[str, Json]:
    return {} if definition.item_filter is None else {"item_filter": definition.item_filter}
