"""Taxonomies as JSON and back: every number as it was, to the last bit."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Json
from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tessella.domain.typed import convert


def written_taxonomy(taxonomy: GameBehavioralTaxonomy) -> dict[str, Json]:
    """The JSON form: arrays as nested lists, everything else under the names of its fields.

    A number is written as the shortest decimal that reads back to the same double (IEEE 754), so that a stored
    taxonomy gives the answers that it gave before. Raises `ValueError` for NaN and infinity, which JSON cannot hold.
    """
    return dict(msgspec.to_builtins(taxonomy, enc_hook=list_of, str_keys=True))


def read_taxonomy(written: Json) -> GameBehavioralTaxonomy:
    """The taxonomy of a JSON form. Raises `WrongShape` with the place of what cannot be one.

    A field that is not known is passed over: a later release may have written it.
    """
    try:
        return convert(written, GameBehavioralTaxonomy, dec_hook=array_of)
    except msgspec.ValidationError as error:
        raise WrongShape("", f"This is no taxonomy: {error}", "Calibrate the game again.") from error


def list_of(array: object) -> Json:
    """The `enc_hook` of msgspec for arrays. Raises `ValueError` where one is not finite."""
    if not isinstance(array, np.ndarray):
        raise NotImplementedError(f"No JSON form is known of {type(array).__name__}.")
    if not np.isfinite(array).all():
        raise ValueError("A taxonomy holds finite numbers only: JSON has no other.")
    return array.tolist()


def array_of(kind: type[Any], written: Json) -> Array:
    """The `dec_hook` of msgspec for arrays."""
    del kind  # Arrays are the only type that msgspec does not know.
    return np.asarray(written, dtype=np.float64)
