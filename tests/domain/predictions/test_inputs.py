"""One subject or many: the same numbers go into a model."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.predictions.inputs import LARGEST, Input, InputType, encode_columns, width
from tessella.domain.predictions.row_encoder import RowEncoder

TEXTS = ("gold", "tin", "", "é", "None")
EDGES = (None, math.nan, math.inf, -math.inf, 0.0, -0.0, 1e300, LARGEST, -LARGEST, 0.1, 2.0**53, 5e-324)

inputs = st.lists(
    st.one_of(
        st.builds(Input, st.sampled_from("abc"), st.just(InputType.NUMBER), st.floats(-9, 9), st.booleans()),
        st.builds(Input, st.sampled_from("pq"), st.just(InputType.BOOLEAN), st.floats(0, 1), st.booleans()),
        st.builds(
            Input,
            st.sampled_from("xy"),
            st.just(InputType.CATEGORY),
            categories=st.lists(st.sampled_from(TEXTS), unique=True).map(lambda names: tuple(sorted(names))),
        ),
    ),
    max_size=6,
)
subjects = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.one_of(st.sampled_from(EDGES), st.floats()) for name in "abc"},
        **{name: st.sampled_from([True, False, None]) for name in "pq"},
        **{name: st.sampled_from([*TEXTS, "never seen", None]) for name in "xy"},
    },
)


def encode(values, declared):
    return RowEncoder(declared).row(values).tolist()


def column(name, rows):
    values = [row.get(name) for row in rows]
    return np.array(values, dtype=object if name in "xy" else np.float64)


@given(inputs, st.lists(subjects, min_size=1, max_size=8))
def test_one_subject_and_many_become_the_same_finite_numbers(declared, rows):
    columns = {name: column(name, rows) for name in "abcpqxy"}
    encoder = RowEncoder(declared)
    alone = np.array([encoder.row(row) for row in rows], np.float32).reshape(len(rows), width(declared))
    together = encode_columns(columns, declared)
    assert together.dtype == np.float32
    assert np.array_equal(alone, together)
    assert np.isfinite(together).all()


def test_a_column_that_is_not_there_is_missing_for_everybody():
    declared = [Input("spend", typical=3.0, flags_missing=True), Input("tier", InputType.CATEGORY, categories=("tin",))]
    rows = encode_columns({"visits": np.zeros(2)}, declared)
    assert rows.tolist() == [[3.0, 1.0, 0.0], [3.0, 1.0, 0.0]]


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1e39, "7", None])
def test_what_is_no_finite_number_counts_as_missing(value):
    assert encode({"spend": value}, [Input("spend", typical=4.5, flags_missing=True)]) == [4.5, 1.0]


def test_categories_may_be_given_by_their_places():
    tier = Input("tier", InputType.CATEGORY, categories=("gold", "tin"))
    texts, places = np.array(["tin", None, "gold"], object), np.array([1, -1, 0], np.int32)
    assert np.array_equal(encode_columns({"tier": texts}, [tier]), encode_columns({"tier": places}, [tier]))


def test_a_category_that_was_never_seen_is_none_of_those_known():
    tier = Input("tier", InputType.CATEGORY, categories=("gold", "tin"))
    assert encode({"tier": "platinum"}, [tier]) == encode({}, [tier]) == [0.0, 0.0]


def test_nobody_becomes_a_matrix_without_rows():
    assert encode_columns({"spend": np.zeros(0)}, [Input("spend")]).shape == (0, 1)
