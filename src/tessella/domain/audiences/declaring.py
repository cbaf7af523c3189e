"""How a column is declared as a feature."""

from __future__ import annotations

import re
from typing import Final

from tessella.domain.audiences.column_words import group_of
from tessella.domain.audiences.source import CustomerSource
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import DEFINITION_PATTERN, FeatureName
from tessella.domain.privacy.personal_names import is_personal_name

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._:-]+")
_MOST_LETTERS: Final = 128


def feature_name_of(column: str) -> FeatureName | None:
    """The name of the feature that a column becomes: its own, with `_` for what a name cannot hold.

    None when nothing of it can be in a name.

    >>> feature_name_of("total_revenue"), feature_name_of('select "x"; --'), feature_name_of("收入")
    ('total_revenue', 'select_x_--', None)
    """
    name = _NOT_IN_NAMES.sub("_", column).lstrip("._:-")[:_MOST_LETTERS]
    return FeatureName(name) if DEFINITION_PATTERN.fullmatch(name) else None


def is_personal_column(source: CustomerSource, column: str) -> bool:
    """Whether a column is never sampled: the key, which names a customer, and what is personal by its name."""
    return column == source.key or is_personal_name(column)


def declared(source: CustomerSource, column: str, name: FeatureName, kind: FeatureType, *, personal: bool) -> Feature:
    """A column as a feature of its type."""
    return Feature(
        name,
        kind,
        Source.WAREHOUSE,
        personal=personal,
        group=group_of(column),
        column="" if column == name else column,
        customer_source=source.source_id,
    )
