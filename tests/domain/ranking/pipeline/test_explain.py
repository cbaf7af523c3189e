"""The trace of a ranking: its numbers add up, and every item that was gathered is accounted for."""

import pytest

from tessella.domain.ranking.rank import rank, rank_explained
from tessella.domain.ranking.ranking import ItemTrace, Ranking, RankingRequest
from tests.domain.ranking.catalogues import NOW, Item, a_config, a_history, an_index
from tests.domain.ranking.shops import a_shop

INDEX, REQUESTS = a_shop(items=2_000, subjects=60)
EXPLAINED = [rank_explained(INDEX, each, now=NOW) for each in REQUESTS]


def added_up(item: ItemTrace) -> float:
    return sum(term.contribution for term in item.terms) + item.boost - item.mmr_penalty


def fell_out(ranking: Ranking) -> dict[str, int]:
    return {f"{each.step}: {each.reason}": each.count for each in ranking.trace.fell_out}


def test_the_numbers_of_every_item_add_up_to_its_score():
    items = [item for ranking in EXPLAINED for item in ranking.trace.items]
    assert len(items) > 1_000
    for item in items:
        assert added_up(item) == pytest.approx(item.score, abs=1e-6)
        for term in item.terms:
            assert term.contribution == pytest.approx(term.value * term.weight, abs=1e-12)
            assert 0.0 <= term.value <= 1.0 + 1e-6


def test_a_boost_is_its_knob_times_the_overlap_times_the_blend():
    for ranking, request in zip(EXPLAINED, REQUESTS, strict=True):
        for item in ranking.trace.items:
            blend = sum(term.contribution for term in item.terms)
            assert item.boost == pytest.approx(request.config["profile_boost"] * item.overlap * blend, abs=1e-9)
            assert 0.0 <= item.overlap <= 1.0 + 1e-9


def test_a_ranking_is_the_same_with_and_without_its_trace():
    for ranking, request in zip(EXPLAINED, REQUESTS, strict=True):
        plain = rank(INDEX, request, now=NOW)
        assert (plain.items, plain.remarks, plain.trace) == (ranking.items, ranking.remarks, None)
        assert [(each.item_id, each.score) for each in plain.items] == [
            (each.item_id, each.score) for each in ranking.trace.items
        ]


def test_every_item_that_was_gathered_is_in_the_list_or_fell_out_once():
    for ranking in EXPLAINED:
        out = fell_out(ranking)
        assert len(ranking.items) + sum(out.values()) == ranking.trace.gathered
        barred = sum(count for step, count in out.items() if step.startswith("eligibility"))
        assert ranking.trace.eligible == ranking.trace.gathered - barred


def test_the_weights_are_those_of_the_configuration():
    [item] = rank_explained(
        an_index("a", popularity={"a": 0.5}), RankingRequest(a_config(alpha=0.8, delta=0.4), 1), now=NOW
    ).trace.items
    assert {term.signal: term.weight for term in item.terms} == {
        "popularity": 0.8, "co_visitation": 0.3, "embedding": 0.2, "own_history": 0.4,
    }  # fmt: skip


def test_an_item_that_fell_out_is_named_with_the_step_and_the_reason():
    index = an_index(
        Item("apple", "acme", "fruit"), Item("avocado", "acme", "fruit"), Item("beet", "best", "fruit"), Item("bread"),
        Item("gone", available=False), Item("kept", regions=("SE",)), Item("zest"),
        popularity={"apple": 1.0, "avocado": 0.9, "beet": 0.8, "bread": 0.7, "zest": 0.6},
    )  # fmt: skip
    config = a_config(brand_cap=1, category_cap=1, rule_exclude_purchased=True)
    request = RankingRequest(config, 1, a_history(index, ("bread", 1)), region="FI")
    two = RankingRequest(config, 2, a_history(index, ("bread", 1)), region="FI")
    [limited] = [each for each in rank_explained(index, request, now=NOW).trace.fell_out if each.step == "limit"]
    assert set(limited.item_ids) == {"avocado", "beet", "zest"}
    found = {(each.step, each.reason, each.item_ids) for each in rank_explained(index, two, now=NOW).trace.fell_out}
    assert found == {
        ("eligibility", "unavailable", ("gone",)),
        ("eligibility", "region", ("kept",)),
        ("eligibility", "excluded_purchased", ("bread",)),
        ("caps", "brand_cap", ("avocado",)),
        ("caps", "category_cap", ("beet",)),
    }


def test_an_item_that_two_things_bar_fell_out_by_the_first():
    index = an_index(Item("a", available=False, regions=("SE",)))
    ranking = rank_explained(index, RankingRequest(a_config(), 5, region="FI"), now=NOW)
    assert fell_out(ranking) == {"eligibility: unavailable": 1}


def test_a_place_before_and_after_diversity_is_told():
    alike = an_index(
        Item("a", category="k"), Item("b", category="k"), Item("c", category="other"),
        popularity={"a": 1.0, "b": 0.9, "c": 0.8},
    )  # fmt: skip
    ranking = rank_explained(alike, RankingRequest(a_config(mmr_lambda=0.5), 3), now=NOW)
    assert [(each.item_id, each.place, each.place_by_relevance) for each in ranking.trace.items] == [
        ("a", 1, 1), ("c", 2, 3), ("b", 3, 2),
    ]  # fmt: skip
    assert [each.reasons for each in ranking.items] == [
        ("popularity",), ("popularity", "diversity"), ("popularity",),
    ]  # fmt: skip
