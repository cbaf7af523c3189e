"""Definitions from JSON, each fault with its pointer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from tessella.domain.audiences.source import CustomerSource, SourceEngine
from tessella.domain.audiences.source_checks import check_source, location_faults, view_faults
from tessella.domain.definitions.records import ID_FIELD, AuditMode, Defaults, Definition, Kind
from tessella.domain.errors import Faults, WrongShape, shown
from tessella.domain.experiments.setup.declared import read_experiment
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.features.gate import normalise
from tessella.domain.features.instants import read_instant
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.warehouse_columns import warehouse_faults
from tessella.domain.identifiers import DEFINITION_PATTERN, Json, Pointer, point
from tessella.domain.personalization.reading import read_scope
from tessella.domain.predictions.rfm.setup import read_rfm
from tessella.domain.predictions.setup import EVENTS, Offer, PredictionSetup
from tessella.domain.predictions.setup_checks import check_offer, check_prediction
from tessella.domain.privacy.subject_ids import SubjectIds
from tessella.domain.ranking.catalogue.item import ITEM_ID_MAX_LENGTH
from tessella.domain.ranking.knobs import read_knobs
from tessella.domain.ranking.profile import MOST_PINS, Campaign, Profile
from tessella.domain.ranking.setup import read_setup
from tessella.domain.segments.segment import Segment
from tessella.domain.taxonomy.game import Game
from tessella.domain.taxonomy.reading import read_game
from tessella.domain.wire import read_record, refuse_unknown

#: What the defaults hold besides knobs.
_BESIDE_KNOBS: Final = ("audit", "ranking", "item_filter", "rfm", "subject_ids")

#: Words that stand where the names of these do: in paths of the API, and in a prediction for no source of customers.
#: What `/api/v1/segmentation/taxonomy/` is followed by is a game, or a part of the experiment `taxonomy`.
RESERVED: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.FEATURE: frozenset({"compute"}),
    Kind.PROFILE: frozenset({"knobs"}),
    Kind.SEGMENT: frozenset({"counts", "overlap", "preview", "propose", "reorder"}),
    Kind.SOURCE: frozenset({EVENTS}),
    Kind.GAME: frozenset({"clustering", "config", "eligibility", "metrics", "recommendations", "segments"}),
}


def read_definition(kind: Kind, written: Json, at: Pointer = "") -> Definition:
    """One object from its JSON form. Raises `Invalid` errors that point at each fault."""
    if not isinstance(written, Mapping):
        raise WrongShape(at, f"A {kind} must be an object.")
    if kind in ID_FIELD:
        check_identifier(written.get(ID_FIELD[kind]), point(at, ID_FIELD[kind]))
    return _READERS[kind](written, at)


def check_identifier(written: Json, at: Pointer) -> None:
    """Raises `WrongShape` unless it is a name: letters, digits and . _ : - only, at most 128, letter or digit first."""
    if not isinstance(written, str) or not DEFINITION_PATTERN.fullmatch(written):
        raise WrongShape(
            at, "A name is 1 to 128 letters, digits and . _ : -, and starts with a letter or digit.", 'Such as "vip-2".'
        )


def check_unreserved(kind: Kind, identifier: str, at: Pointer) -> None:
    """Raises `WrongShape` for a name that means something else where the object would be named."""
    if identifier in RESERVED.get(kind, ()):
        problem = f'No {kind} can be called "{identifier}": the word means something else in the place of a name.'
        raise WrongShape(at, problem, f'Such as "my-{identifier}".')


def _feature(written: Mapping[str, Json], at: Pointer) -> Feature:
    spelled = {**written, "type": "string_list"} if written.get("type") == "string list" else written
    feature = read_record(Feature, spelled, at)
    built_in = Schema().get(feature.name)
    if built_in is not None and (built_in.type, built_in.source) != (feature.type, feature.source):
        problem = f'"{feature.name}" is built in: type {built_in.type}, source {built_in.source}.'
        raise WrongShape(point(at, "name"), problem, "Leave it as it is, or choose another name.")
    for index, value in enumerate(feature.allowed_values):
        if normalise(value, feature.type) is None:
            raise WrongShape(point(at, "allowed_values", index), f"{shown(value)} is no {feature.type}.")
    if faults := list(warehouse_faults(feature, at)):
        raise Faults(faults)
    return feature


def _segment(written: Mapping[str, Json], at: Pointer) -> Segment:
    segment = read_record(Segment, written, at)
    seen: set[str] = set()
    for index, rule in enumerate(segment.rules):
        check_identifier(rule.rule_id, point(at, "rules", index, "rule_id"))
        if rule.rule_id in seen:
            raise WrongShape(point(at, "rules", index, "rule_id"), f'Two rules are called "{rule.rule_id}".')
        seen.add(rule.rule_id)
    return segment


def _profile(written: Mapping[str, Json], at: Pointer) -> Profile:
    texts = {name: written[name] for name in ("profile_id", "name", "description") if name in written}
    _check_texts(texts, at)
    knobs = read_knobs({k: v for k, v in written.items() if k not in texts and k != "item_filter"}, at)
    return Profile(**texts, knobs=knobs, item_filter=written.get("item_filter"))


def _campaign(written: Mapping[str, Json], at: Pointer) -> Campaign:
    refuse_unknown(written, ("campaign_id", "overrides", "starts_at", "ends_at", "item_filter", "pins"), at)
    overrides = read_knobs(written.get("overrides", {}), point(at, "overrides"))
    starts_at, ends_at = (read_instant(written.get(name), point(at, name)) for name in ("starts_at", "ends_at"))
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise WrongShape(point(at, "ends_at"), "A campaign must end after it starts.")
    pins = _pins(written.get("pins", []), point(at, "pins"))
    return Campaign(written["campaign_id"], overrides, starts_at, ends_at, written.get("item_filter"), pins)


def _pins(written: Json, at: Pointer) -> tuple[str, ...]:
    if not isinstance(written, list | tuple) or len(written) > MOST_PINS:
        raise WrongShape(at, f"pins is a list of at most {MOST_PINS} item ids.")
    for index, each in enumerate(written):
        if not isinstance(each, str) or not 1 <= len(each) <= ITEM_ID_MAX_LENGTH:
            raise WrongShape(point(at, index), f"An item id is a text of 1 to {ITEM_ID_MAX_LENGTH} characters.")
        if each in written[:index]:
            raise WrongShape(point(at, index), f"{shown(each)} is pinned twice.")
    return tuple(written)


def _source(written: Mapping[str, Json], at: Pointer) -> CustomerSource:
    source = read_record(CustomerSource, written, at)
    check_source(source, at)
    return source


def _prediction(written: Mapping[str, Json], at: Pointer) -> PredictionSetup:
    setup = read_record(PredictionSetup, written, at)
    check_prediction(setup, at)
    return setup


def _offer(written: Mapping[str, Json], at: Pointer) -> Offer:
    offer = read_record(Offer, written, at)
    check_offer(offer, at)
    return offer


def _experiment(written: Mapping[str, Json], at: Pointer) -> Experiment:
    experiment = read_experiment(written, at)
    variants = tuple(
        msgspec.structs.replace(each, overrides=read_knobs(each.overrides, point(at, "variants", index, "overrides")))
        for index, each in enumerate(experiment.variants)
    )
    return msgspec.structs.replace(experiment, variants=variants)


def _game(written: Mapping[str, Json], at: Pointer) -> Game:
    game = read_game(written, at)
    if (rows := game.days) is not None:
        faults = list(location_faults(SourceEngine(rows.engine), rows.location, point(at, "days", "location")))
        faults += view_faults(rows.view, point(at, "days", "view")) if rows.view else ()
        if faults:
            raise Faults(faults)
    return game


def _defaults(written: Mapping[str, Json], at: Pointer) -> Defaults:
    knobs = read_knobs({name: value for name, value in written.items() if name not in _BESIDE_KNOBS}, at)
    audit = _audit_mode(written.get("audit", AuditMode.BEST_EFFORT), point(at, "audit"))
    setup = read_setup(written.get("ranking", {}), point(at, "ranking"))
    rfm = read_rfm(written.get("rfm", {}), point(at, "rfm"))
    ids = _subject_ids(written.get("subject_ids", SubjectIds.OPAQUE), point(at, "subject_ids"))
    return Defaults(knobs, audit, setup, written.get("item_filter"), rfm, ids)


def _audit_mode(written: Json, at: Pointer) -> AuditMode:
    if written not in list(AuditMode):
        raise WrongShape(at, f"audit is one of {', '.join(AuditMode)}, not {shown(written)}.")
    return AuditMode(written)


def _subject_ids(written: Json, at: Pointer) -> SubjectIds:
    if written not in list(SubjectIds):
        raise WrongShape(at, f"subject_ids is one of {', '.join(SubjectIds)}, not {shown(written)}.")
    return SubjectIds(written)


def _check_texts(texts: Mapping[str, Any], at: Pointer) -> None:
    for name, value in texts.items():
        if not isinstance(value, str):
            raise WrongShape(point(at, name), f"{name} must be text.")


_READERS: Final[Mapping[Kind, Callable[[Mapping[str, Json], Pointer], Definition]]] = {
    Kind.FEATURE: _feature,
    Kind.SEGMENT: _segment,
    Kind.PROFILE: _profile,
    Kind.CAMPAIGN: _campaign,
    Kind.SOURCE: _source,
    Kind.PREDICTION: _prediction,
    Kind.OFFER: _offer,
    Kind.EXPERIMENT: _experiment,
    Kind.GAME: _game,
    Kind.SCOPE: read_scope,
    Kind.DEFAULTS: _defaults,
}
