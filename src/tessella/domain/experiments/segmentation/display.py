"""A segment's key in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from tessella.domain.experiments.segmentation.key import EVERYBODY

_EVERYBODY: Final = "Everybody"


def display_name(segment_key: str, names: Mapping[str, str]) -> str:
    """The name that a segment was given, such as a cluster's, or else its key in words.

    >>> [display_name(each, {}) for each in ("source:instagram|device:mobile", "source:a%7Cb", "default")]
    ['source instagram, device mobile', 'source a|b', 'Everybody']
    >>> display_name("cluster:v1:0", {"cluster:v1:0": "Instagram mobile users"})
    'Instagram mobile users'
    """
    if segment_key in names:
        return names[segment_key]
    if segment_key == EVERYBODY:
        return _EVERYBODY
    levels = (each.partition(":") for each in segment_key.split("|"))
    return ", ".join(f"{dimension} {unquote(level)}" for dimension, _, level in levels)
