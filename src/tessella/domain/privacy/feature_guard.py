"""No feature holds personal data: asked when it is declared, when values are imported and when they are written.

Events are not asked: what somebody did is stored as it was sent, for a time, and features are all that is read of it.
Source: requirement D, "Privacy First".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tessella.domain.errors import TessellaError
from tessella.domain.errors.personal_data import NamesPersonalData, PersonalDataComputed, PersonalValue
from tessella.domain.features.gate import Value
from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.last_number import LastNumber
from tessella.domain.features.kinds.parse import parse_kind
from tessella.domain.features.kinds.top_value import TopValue
from tessella.domain.features.schema import BUILT_IN, Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Pointer, point
from tessella.domain.privacy.personal_data import NATIONAL, address_in, personal_text
from tessella.domain.privacy.personal_names import is_of_a_numbered_thing, is_of_a_place, names_personal_data

#: Their names are not chosen for a value of a person.
_OF_OTHERS = frozenset({Source.ITEM, Source.PREDICTION, Source.TAXONOMY})
_NAMES_BUILT_IN = frozenset(each.name for each in BUILT_IN)
#: How far from two decimals a degree may be that has no more.
_ROUNDED = 1e-6
_NATIONAL = re.compile(NATIONAL)


def feature_faults(feature: Feature, at: Pointer) -> Iterator[TessellaError]:
    """What makes a declaration one of personal data, unless it says so. `at` points at the declaration.

    >>> [each.pointer for each in feature_faults(Feature("user.email", FeatureType.STRING), "")]
    ['/name']
    >>> list(feature_faults(Feature("user.email", FeatureType.STRING, personal=True), ""))
    []
    """
    if feature.personal:
        if feature.kind is not None:
            yield PersonalDataComputed(point(at, "kind"), feature.name, "it is declared with personal: true")
        return
    yield from _name_faults(feature, at)
    for index, value in enumerate(feature.allowed_values):
        if isinstance(value, str) and (what := address_in(value)) is not None:
            yield PersonalValue(point(at, "allowed_values", index), feature.name, what)
    kind = parse_kind(feature, at)
    if kind is not None and (read := _told_property(kind)) is not None and names_personal_data(read):
        yield PersonalDataComputed(point(at, "kind", "field"), feature.name, f'it is the property "{read}" itself')


def _name_faults(feature: Feature, at: Pointer) -> Iterator[TessellaError]:
    """A timestamp is a moment, and a truth says that there is something: only a birthday is a person's own."""
    if feature.source in _OF_OTHERS or feature.name in _NAMES_BUILT_IN or feature.type is FeatureType.BOOLEAN:
        return
    for field in ("name", "column"):
        if names_personal_data(getattr(feature, field)):
            yield NamesPersonalData(point(at, field), getattr(feature, field))


def _told_property(kind: FeatureKind) -> str | None:
    """The property whose values themselves become those of the feature; None: they are counted or added."""
    return kind.field.property_name if isinstance(kind, TopValue | LastNumber) else None


def personal_value(feature: Feature, value: Value) -> str | None:
    """What a value of a feature looks like that is personal data; None where it is none.

    What is listed in `allowed_values` was asked when it was declared.

    >>> personal_value(Feature("user.tier", FeatureType.STRING), "ann@example.org")
    'an e-mail address'
    >>> [personal_value(Feature(name, FeatureType.STRING), "0401234567") for name in ("user.contact", "user.last_isbn")]
    ['a telephone number', None]
    >>> personal_value(Feature("user.lat", FeatureType.NUMBER), 60.16952)
    'a precise location'
    >>> personal_value(Feature("user.lat", FeatureType.NUMBER), 60.17) is None
    True
    """
    if isinstance(value, str):
        return _personal_text(feature, value)
    if isinstance(value, tuple):
        found = (_personal_text(feature, each) for each in value)
        return next((what for what in found if what is not None), None)
    if isinstance(value, float) and is_of_a_place(feature.name):
        hundredths = value * 100
        return None if abs(hundredths - round(hundredths)) <= _ROUNDED else "a precise location"
    return None


def _personal_text(feature: Feature, text: str) -> str | None:
    if text in feature.allowed_values:
        return None
    if _NATIONAL.fullmatch(text) and not is_of_a_numbered_thing(feature.name):
        return "a telephone number"
    return personal_text(text)
