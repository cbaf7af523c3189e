import numpy as np
import pytest

from tessella.domain.features.gate import DAY_US
from tessella.domain.ranking.signals.cells import MEMBERS
from tessella.domain.ranking.signals.embeddings import embeddings_of, train_embeddings
from tessella.domain.ranking.signals.popularity import popularity
from tests.domain.ranking.signals.events import NOW, events, some_events


def two_tastes(subjects=40):
    """Even subjects buy items 0 to 4, odd ones 5 to 9; each leaves one out."""
    bought = [
        (subject, row, NOW - row * DAY_US)
        for subject in range(subjects)
        for row in range(5 * (subject % 2), 5 * (subject % 2) + 5)
        if row % 5 != subject % 5
    ]
    return events(*bought)


def found_for(interactions, items, dimensions=8):
    vectors = train_embeddings(interactions, items, dimensions, NOW)
    return embeddings_of(vectors, popularity(interactions, items, 30.0, NOW))


def test_items_that_the_same_subjects_buy_are_near_and_others_are_not():
    vectors = train_embeddings(two_tastes(), 10, 2, NOW)
    near = vectors @ vectors.T
    assert near[:5, :5].min() > 0.9
    assert near[5:, 5:].min() > 0.9
    assert abs(near[:5, 5:]).max() < 0.1


def test_every_vector_is_of_length_1_or_0_without_events():
    vectors = train_embeddings(two_tastes(), 12, 4, NOW)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1] * 10 + [0, 0], abs=1e-6)


def test_the_same_events_give_the_same_vectors_and_cells():
    one, other = (found_for(some_events(2, 2_000, items=300), 300) for _ in range(2))
    for column in ("vectors", "centres", "offsets", "members"):
        assert getattr(one, column).tobytes() == getattr(other, column).tobytes()


def test_later_events_teach_nothing():
    late = events((0, 0, NOW), (0, 1, NOW), (1, 2, NOW + 1), (2, 2, NOW + 1))
    assert train_embeddings(late, 3, 2, NOW)[2].tolist() == [0, 0]


@pytest.mark.parametrize(
    "given_events",
    [[], [(0, 0, NOW)], [(0, 0, NOW), (1, 0, NOW)], [(0, 0, NOW), (0, 1, NOW)], [(0, 0, 0), (0, 1, 0)]],
    ids=["no events", "one event", "one item", "one subject", "all at the same time, long ago"],
)
def test_few_events_give_few_vectors_of_the_asked_dimensions(given_events):
    found = found_for(events(*given_events), 3)
    assert found.vectors.shape == (3, 8)
    known = sorted({row for _, row, _ in given_events})
    assert np.flatnonzero(found.vectors.any(axis=1)).tolist() == known
    assert sorted(found.members.tolist()) == known
    assert len(found.offsets) == len(found.centres) + 1


def test_huge_weights_give_finite_vectors():
    huge = events((0, 0, NOW), (0, 1, NOW), (1, 1, NOW), weights=[3e38, 1, 3e38])
    assert np.isfinite(train_embeddings(huge, 2, 2, NOW)).all()


def test_a_cell_holds_the_most_popular_of_its_items_best_first_and_ties_by_row():
    items = 3 * MEMBERS
    vectors = np.tile(np.array([[1, 0]], np.float32), (items, 1))
    bought = [(0, row, NOW) for row in (7, 7, 400, 9, 7, 9)]
    found = embeddings_of(vectors, popularity(events(*bought), items, 30.0, NOW))
    sizes = np.diff(found.offsets)
    assert sorted(sizes.tolist())[-1] == MEMBERS
    assert found.members[:5].tolist() == [7, 9, 400, 0, 1]


def test_every_item_is_in_the_cell_of_its_nearest_centre():
    vectors = np.random.default_rng(1).normal(size=(500, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = embeddings_of(vectors, popularity(events(), 500, 30.0, NOW))
    nearest = (vectors @ found.centres.T).argmax(axis=1)
    for cell in range(len(found.centres)):
        members = found.members[found.offsets[cell] : found.offsets[cell + 1]]
        assert (nearest[members] == cell).all()
    assert sorted(found.members.tolist()) == list(range(500))
