"""The words that a rule may be made of: features, operators and segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.operators import OPERATORS
from tessella.ports import Session


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the author of a rule can choose from."""

    #: By name, the built-in ones included; those that no rule may read are left out.
    features: Sequence[Feature]
    #: The types of feature that each operator can stand on; none for one that reads the subject's id.
    operators: Mapping[str, Sequence[FeatureType]]


async def rule_vocabulary(session: Session) -> Vocabulary:
    """The words of the caller's namespace."""
    declared = session.snapshot().schema.by_name.values()
    features = sorted((each for each in declared if _may_be_read(each)), key=lambda each: each.name)
    return Vocabulary(features, {name: sorted(kind.accepts) for name, kind in OPERATORS.items()})


def _may_be_read(feature: Feature) -> bool:
    return not feature.personal and feature.source is not Source.ITEM
