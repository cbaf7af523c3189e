"""The types of values."""

from __future__ import annotations

from enum import StrEnum


class FeatureType(StrEnum):
    """The six types that a value can have."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    STRING_LIST = "string_list"
