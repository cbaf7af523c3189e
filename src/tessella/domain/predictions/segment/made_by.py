"""Which models told what is kept of a segment, as one word each of a text."""

from __future__ import annotations

import re
from typing import Final

from tessella.domain.predictions.manifest import Manifest

_MODEL: Final = re.compile(r"(?P<model_id>[^/]+)/(?P<version>\d+)/\d+")


def made_by(manifest: Manifest) -> str:
    """A model: its id, its version and when it was trained, as two placeholders have the same version."""
    return f"{manifest.model_id}/{manifest.version}/{manifest.trained_at}"


def model_versions(made_from: str) -> dict[str, int]:
    """The versions of the models that a text of words names, by their ids.

    >>> model_versions("0198c2 7 e3b0 churn/3/1514764800000000 rfm")
    {'churn': 3}
    """
    found = map(_MODEL.fullmatch, made_from.split())
    return {each["model_id"]: int(each["version"]) for each in found if each}
