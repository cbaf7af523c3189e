from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tessella.domain.errors import WrongShape
from tessella.domain.taxonomy.written import read_taxonomy, written_taxonomy
from tests.domain.taxonomy.calibrated_by_hand import a_segment, a_taxonomy, an_axis

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def same(one: object, other: object) -> bool:
    """Equal down to the bits of every array."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if is_dataclass(one):
        return type(one) is type(other) and all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(each, other[key]) for key, each in one.items())
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def test_a_taxonomy_reads_back_from_its_json_text_as_it_was():
    taxonomy = a_taxonomy(last_segment_id=7)
    assert same(read_taxonomy(json.loads(json.dumps(written_taxonomy(taxonomy)))), taxonomy)


@given(arrays(np.float64, (2, 2), elements=FINITE), arrays(np.float64, 5, elements=FINITE))
def test_every_finite_number_of_an_array_keeps_its_bits(covariance, distances):
    segment = replace(a_segment(1, (0.1, -0.3)), covariance_matrix=covariance, distances=distances)
    taxonomy = a_taxonomy(an_axis("social", 4, (2, 3), segment))
    assert same(read_taxonomy(json.loads(json.dumps(written_taxonomy(taxonomy)))), taxonomy)


def test_a_whole_number_is_read_as_a_number_with_a_fraction():
    written = written_taxonomy(a_taxonomy())
    written["axes"][0]["segments"][0]["center_position"] = [1, 2]
    assert read_taxonomy(written).axes[0].segments[0].center_position.dtype == np.float64


def test_a_number_that_json_cannot_hold_is_refused():
    broken = replace(a_segment(1, (0.0, 0.0)), distances=np.array([np.nan]))
    with pytest.raises(ValueError, match="finite numbers only"):
        written_taxonomy(a_taxonomy(an_axis("social", 4, (2, 3), broken)))


def test_a_field_of_a_later_release_is_passed_over():
    taxonomy = a_taxonomy()
    assert same(read_taxonomy({**written_taxonomy(taxonomy), "colour": "blue"}), taxonomy)


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (lambda written: written.pop("standard"), "standard"),
        (lambda written: written["axes"][0].update(axis_type="odd"), "axis_type"),
        (lambda written: written["axes"][0].update(projection="far"), "projection"),
        (lambda written: written["axes"][0].update(projection=[[1.0], [1.0, 2.0]]), "projection"),
    ],
)
def test_what_is_no_taxonomy_is_refused_with_its_place(broken, place):
    written = written_taxonomy(a_taxonomy())
    broken(written)
    with pytest.raises(WrongShape, match=place):
        read_taxonomy(written)
