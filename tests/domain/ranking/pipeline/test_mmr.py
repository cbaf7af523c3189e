"""Diversity: MMR as it is written down, step by step."""

from itertools import combinations

import numpy as np
import pytest

from tessella.domain.ranking.pipeline.mmr import POOL, diversified, in_order, similarity_of
from tessella.domain.ranking.rank import rank, rank_explained
from tessella.domain.ranking.ranking import RankingRequest
from tests.domain.ranking.catalogues import NOW, Item, an_index, row_of
from tests.domain.ranking.shops import a_shop

INDEX, REQUESTS = a_shop(items=2_000, subjects=30)


def with_knobs(request: RankingRequest, limit: int = 30, **knobs) -> RankingRequest:
    return RankingRequest({**request.config, **knobs}, limit, request.history)


def written_down(relevance: np.ndarray, likeness: np.ndarray, mmr_lambda: float) -> list[int]:
    """Of those left, the one with the greatest lambda * relevance - (1 - lambda) * top * likeness to the nearest."""
    chosen: list[int] = []
    left = list(range(len(relevance)))
    while left:
        nearest = [max([likeness[each, other] for other in chosen], default=0.0) for each in left]
        marginal = [
            mmr_lambda * relevance[each] - (1 - mmr_lambda) * relevance[0] * max(near, 0.0)
            for each, near in zip(left, nearest, strict=True)
        ]
        chosen.append(left.pop(int(np.argmax(marginal))))
    return chosen


@pytest.mark.parametrize("mmr_lambda", [0.0, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("seed", range(3))
def test_the_order_is_that_of_the_formula(mmr_lambda, seed):
    rng = np.random.default_rng(seed)
    relevance = np.sort(rng.random(60))[::-1]
    vectors = rng.standard_normal((60, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    likeness = vectors @ vectors.T
    order = [place for place, _ in diversified(relevance, lambda place: likeness[place], mmr_lambda)]
    assert order == written_down(relevance, likeness, mmr_lambda)


def test_with_lambda_1_the_formula_is_no_diversity_at_all():
    rng = np.random.default_rng(1)
    relevance = np.sort(rng.random(300))[::-1]
    likeness = rng.random((POOL, POOL))
    assert list(diversified(relevance, lambda place: likeness[place], 1.0)) == list(in_order(relevance))


def test_with_lambda_1_a_list_is_exactly_the_most_relevant_items():
    for request in REQUESTS:
        caps = {"brand_cap": 0, "category_cap": 0}
        explained = rank_explained(INDEX, with_knobs(request, mmr_lambda=1.0, **caps), now=NOW)
        assert [each.place_by_relevance for each in explained.trace.items] == list(range(1, len(explained.items) + 1))
        assert {each.mmr_penalty for each in explained.trace.items} == {0.0}


def test_the_scores_of_a_list_descend_to_its_end():
    for request in REQUESTS:
        for mmr_lambda in (0.0, 0.5, 0.9, 1.0):
            scores = [
                each.score for each in rank(INDEX, with_knobs(request, 400, mmr_lambda=mmr_lambda), now=NOW).items
            ]
            assert scores == sorted(scores, reverse=True)


def test_the_lower_lambda_the_less_alike_are_the_items():
    def likeness(mmr_lambda: float) -> float:
        found = []
        for request in REQUESTS:
            ranking = rank(INDEX, with_knobs(request, 10, mmr_lambda=mmr_lambda, brand_cap=0, category_cap=0), now=NOW)
            rows = INDEX.catalogue.rows_of([each.item_id for each in ranking.items])
            vectors = INDEX.embeddings.vectors[rows]
            found += [float(vectors[a] @ vectors[b]) for a, b in combinations(range(len(rows)), 2)]
        return float(np.mean(found))

    measured = [likeness(mmr_lambda) for mmr_lambda in (1.0, 0.9, 0.7)]
    assert measured == sorted(measured, reverse=True)
    assert measured[0] - measured[-1] > 0.1


def test_items_are_alike_by_their_embeddings():
    index = an_index("a", "b", "c", vectors={"a": [1, 0], "b": [0.6, 0.8], "c": [0, 1]})
    rows = index.catalogue.rows_of(["a", "b", "c"])
    assert similarity_of(index, rows)(0).tolist() == pytest.approx([1, 0.6, 0])


def test_without_embeddings_items_are_alike_by_category_and_brand_a_half_each():
    index = an_index(
        Item("a", "acme", "fruit"), Item("b", "acme", "fruit"), Item("c", "acme", "roots"), Item("d"), Item("e"),
    )  # fmt: skip
    similarity = similarity_of(index, index.catalogue.rows_of(list("abcde")))
    assert similarity(0).tolist() == [1, 1, 0.5, 0, 0]
    assert similarity(3).tolist() == [0, 0, 0, 0, 0]


def test_an_item_without_a_vector_is_like_others_by_its_labels():
    index = an_index(
        Item("a", "acme", "fruit"), Item("b", "acme", "fruit"), Item("c", "best", "fruit"),
        vectors={"a": [1, 0], "c": [0, 1]},
    )  # fmt: skip
    rows = index.catalogue.rows_of(["a", "b", "c"])
    similarity = similarity_of(index, rows)
    assert similarity(0).tolist() == [1, 1, 0]
    assert similarity(row_of(index.catalogue, "b")).tolist() == [1, 1, 0.5]
