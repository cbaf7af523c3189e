"""A feature's kind from its declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tessella.domain.errors import UnknownKind, WrongResultType, WrongShape
from tessella.domain.features.kinds import KINDS
from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.options import Options
from tessella.domain.features.schema import Feature, Source
from tessella.domain.identifiers import FeatureName, Json, Pointer, nearest, point
from tessella.domain.wire import refuse_unknown


def parse_kind(feature: Feature, at: Pointer = "") -> FeatureKind | None:
    """How the feature is computed from events; None when it is not. `at` points at the declaration.

    `kind: {kind, event_type?, field?, window_days?, where?}`. Raises `UnknownKind`, `UnknownField`, `WrongResultType`,
    `WrongShape`, and what `parse_where` raises.

    >>> parse_kind(Feature(FeatureName("user.visits"), "integer", kind={"kind": "count", "window_days": 28})).events
    Selection(event_type=None, window=Window(days=28), where=None)
    """
    if feature.kind is None:
        return None
    at = point(at, "kind")
    if feature.source is not Source.FACT:
        raise WrongShape(at, f"A feature of source {feature.source} is not computed from events.", "Use source: fact.")
    name, kind = _registered(feature.kind, at)
    refuse_unknown(feature.kind, ("kind", *kind.takes), at)
    if feature.type not in kind.fits:
        raise WrongResultType(at, name, " or ".join(sorted(kind.fits)), feature.type)
    return kind.parse(Options(feature.kind, at))


def computed(features: Iterable[Feature]) -> dict[FeatureName, FeatureKind]:
    """The features that are computed from events, by name: none of them is personal data."""
    kinds = {each.name: parse_kind(each) for each in features if not each.personal}
    return {name: kind for name, kind in kinds.items() if kind is not None}


def _registered(written: Mapping[str, Json], at: Pointer) -> tuple[str, type[FeatureKind]]:
    name = written.get("kind")
    if not isinstance(name, str):
        raise WrongShape(point(at, "kind"), "The name of a feature kind is missing.", f"One of {', '.join(KINDS)}.")
    if name not in KINDS:
        raise UnknownKind(point(at, "kind"), name, nearest(name, KINDS), ", ".join(KINDS))
    return name, KINDS[name]
