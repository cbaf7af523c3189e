import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from tessella.domain.features.gate import DAY_US
from tessella.domain.ranking.signals.co_visitation import cosine, nearest, nearest_fast
from tessella.domain.ranking.signals.co_visitation.co_visitation import (
    MOST_EVENTS,
    SHRINK,
    co_visitation,
    contexts_within,
)
from tessella.domain.ranking.signals.co_visitation.contexts import contexts_of
from tessella.domain.ranking.signals.co_visitation.cosine import cosine_neighbours, neighbours_by
from tessella.domain.ranking.signals.co_visitation.neighbour_keys import NEIGHBOURS
from tests.domain.ranking.signals.events import NOW, events, some_events

METHODS = ("cosine", "ease")


def neighbours(found, row):
    place = slice(found.offsets[row], found.offsets[row + 1])
    return dict(zip(found.rows[place].tolist(), found.weights[place].tolist(), strict=True))


def many_contexts(seed, contexts=400, items=900):
    random = np.random.default_rng(seed)
    dense = random.choice([0, 0, 0, 0.1, 0.7, 1], (contexts, items)) * (random.random(items) < 0.8)
    return contexts_of(csr_array(dense))


def test_the_weight_of_two_items_is_their_product_by_their_lengths_and_the_shrinkage():
    found = co_visitation(events((0, 0, NOW, 1), (0, 1, NOW, 1), (1, 1, NOW, 2)), 3, 90, NOW)
    # Item 0 is in one basket and one sequence, item 1 in two of each; one basket and one sequence hold both.
    expected = np.float32(2 / (np.sqrt(2) * 2 + SHRINK))
    assert neighbours(found, 0) == {1: pytest.approx(expected)}
    assert neighbours(found, 1) == {0: pytest.approx(expected)}
    assert neighbours(found, 2) == {}


def test_items_of_one_subject_are_near_though_no_basket_holds_both():
    apart = events((0, 0, NOW, 1), (0, 1, NOW, 2))
    together = events((0, 0, NOW, 1), (0, 1, NOW, 1))
    assert (
        0 < neighbours(co_visitation(apart, 2, 90, NOW), 0)[1] < neighbours(co_visitation(together, 2, 90, NOW), 0)[1]
    )


def test_in_a_sequence_an_event_half_a_window_old_counts_half():
    matrix = contexts_within(events((0, 0, NOW - 45 * DAY_US), (0, 1, NOW)), 2, 90, NOW).by_context.toarray()
    assert matrix[-1].tolist() == [0.5, 1]


def test_in_a_session_an_item_counts_by_the_weights_of_its_events():
    seen = events((0, 0, NOW), (0, 0, NOW), (0, 1, NOW), (0, 2, NOW), weights=[0.25, 0.25, 1, 0])
    assert contexts_within(seen, 3, 90, NOW).by_context.toarray()[0].tolist() == [0.5, 1, 0]


def test_an_item_counts_at_most_once_in_a_basket_and_in_a_sequence():
    matrix = contexts_within(events(*[(0, 0, NOW, 1)] * 5), 1, 90, NOW).by_context.toarray()
    assert matrix.tolist() == [[1], [1]]


@pytest.mark.parametrize("method", METHODS)
def test_events_outside_the_window_or_later_than_its_end_do_not_count(method):
    old, late = (0, 1, NOW - 30 * DAY_US, 1), (0, 2, NOW + 1, 1)
    found = co_visitation(events((0, 0, NOW, 1), old, late), 3, 30, NOW, method)
    assert len(found.rows) == 0
    assert found.offsets.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "given_events",
    [[], [(0, 0, NOW)], [(0, 0, NOW), (1, 0, NOW)], [(0, 1, NOW), (1, 0, NOW)], [(0, 2, 0), (0, 1, 0)]],
    ids=["no events", "one event", "one item", "nothing together", "all too old"],
)
def test_where_nothing_came_together_there_are_no_neighbours(method, given_events):
    found = co_visitation(events(*given_events), 3, 30, NOW, method)
    assert (len(found.rows), len(found.weights), found.offsets.tolist()) == (0, 0, [0, 0, 0, 0])


def test_an_empty_catalogue_has_no_neighbours():
    assert co_visitation(events(), 0, 30, NOW).offsets.tolist() == [0]


@pytest.mark.parametrize("method", METHODS)
def test_neighbours_are_in_the_order_of_their_weights_and_ties_in_the_order_of_rows(method):
    found = co_visitation(some_events(3, 800, items=60), 60, 90, NOW, method)
    assert len(found.rows) > 500
    for first, after in zip(found.offsets[:-1], found.offsets[1:], strict=True):
        ranked = list(zip(-found.weights[first:after], found.rows[first:after], strict=True))
        assert ranked == sorted(ranked)


@pytest.mark.parametrize("method", METHODS)
def test_weights_lie_between_0_and_1_and_no_item_is_its_own_neighbour(method):
    found = co_visitation(some_events(4, 800, items=60), 60, 90, NOW, method)
    assert found.weights.min() > 0
    assert found.weights.max() <= 1
    assert not (np.repeat(np.arange(60), np.diff(found.offsets)) == found.rows).any()


@pytest.mark.parametrize("method", METHODS)
def test_an_item_has_at_most_200_neighbours_and_they_are_the_best(method):
    together = [(0, row, NOW - row * DAY_US, 1) for row in range(NEIGHBOURS + 50)]
    found = neighbours(co_visitation(events(*together), NEIGHBOURS + 50, 3650, NOW, method), 0)
    assert list(found) == list(range(1, NEIGHBOURS + 1))


def test_cosine_is_symmetric():
    found = cosine_neighbours(many_contexts(5, items=100), 0.0)
    pairs = {
        (row, other): weight
        for row in range(100)
        for other, weight in neighbours(found, row).items()
    }  # fmt: skip
    assert all(pairs[other, row] == weight for (row, other), weight in pairs.items())


def test_cosine_is_what_the_textbook_says():
    contexts = many_contexts(6, items=100)
    dense = contexts.by_context.toarray()
    norms = np.linalg.norm(dense, axis=0)
    expected = dense.T @ dense / np.maximum(np.outer(norms, norms), 1e-9)
    for row in range(100):
        for other, weight in neighbours(cosine_neighbours(contexts, 0.0), row).items():
            assert weight == pytest.approx(expected[row, other], rel=1e-6)


@pytest.mark.parametrize("items", [1, 70, 900])
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32), shrink=st.sampled_from([0.0, 10.0]))
def test_the_compiled_and_the_plain_way_give_the_same_bytes(items, seed, shrink):
    contexts = many_contexts(seed, contexts=40, items=items)
    plain = neighbours_by(nearest.nearest, contexts, shrink)
    compiled = neighbours_by(nearest_fast.nearest, contexts, shrink)
    for column in ("offsets", "rows", "weights"):
        assert getattr(plain, column).tobytes() == getattr(compiled, column).tobytes()
        assert getattr(plain, column).dtype == getattr(compiled, column).dtype


def test_without_the_extra_the_plain_way_is_taken(monkeypatch):
    monkeypatch.setattr(cosine, "_WORTH_COMPILING", 0)
    contexts = many_contexts(9, contexts=5, items=5)
    assert cosine._quickest(contexts) is nearest_fast.nearest
    monkeypatch.setitem(sys.modules, "numba", None)
    assert cosine._quickest(contexts) is nearest.nearest


def test_the_same_events_in_another_order_give_the_same_bytes():
    once = co_visitation(some_events(7, 500), 20, 90, NOW)
    again = co_visitation(some_events(7, 500), 20, 90, NOW)
    assert once.weights.tobytes() == again.weights.tobytes()


def test_of_a_long_sequence_the_last_thousand_events_count():
    long = [(0, row, NOW - DAY_US + row, 0) for row in range(MOST_EVENTS + 5)]
    matrix = contexts_within(events(*long), len(long), 90, NOW).by_context
    assert np.diff(matrix.indptr).tolist() == [MOST_EVENTS, MOST_EVENTS]
    assert matrix.indices.min() == 5


def test_ease_is_the_closed_form():
    found = co_visitation(some_events(8, 400, items=12), 12, 90, NOW, "ease")
    dense = contexts_within(some_events(8, 400, items=12).window(NOW, 90), 12, 90, NOW).by_context.toarray()
    inverse = np.linalg.inv(dense.T @ dense + 300 * np.eye(12))
    expected = np.where(np.eye(12) > 0, 0, -inverse / np.diag(inverse))
    for row in range(12):
        ours = neighbours(found, row)
        assert set(ours) == set(np.flatnonzero(expected[row] > 0))
        for other, weight in ours.items():
            assert weight == pytest.approx(expected[row, other] / expected.max(), rel=1e-5)
