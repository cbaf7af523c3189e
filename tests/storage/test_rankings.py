"""Rankings in memory: bounded by their items, and each namespace's own."""

from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.ranking.ranking import RankedItem, Ranking
from tessella.ports import KnownRanking
from tessella.storage.memory.rankings import Rankings

HERE, THERE = Namespace("here"), Namespace("there")


def known(items: int) -> KnownRanking:
    return KnownRanking(Ranking(tuple(RankedItem(str(each), 1.0) for each in range(items))), Instant(1))


def test_a_ranking_is_found_under_its_key_in_its_namespace_only() -> None:
    rankings, mine, theirs = Rankings(capacity_items=100), known(2), known(2)
    rankings.keep(HERE, "key", mine)
    rankings.keep(THERE, "key", theirs)
    assert rankings.get(HERE, "key") is mine
    assert rankings.get(THERE, "key") is theirs
    assert rankings.get(HERE, "other") is None
    assert (rankings.hits, rankings.misses) == (2, 1)


def test_the_longest_unused_goes_when_there_are_too_many_items() -> None:
    rankings = Rankings(capacity_items=33)  # a ranking takes one more than it has items
    for key in "abc":
        rankings.keep(HERE, key, known(10))
    assert rankings.get(HERE, "a") is not None
    rankings.keep(HERE, "d", known(10))
    assert [rankings.get(HERE, key) is not None for key in "abcd"] == [True, False, True, True]


def test_a_ranking_in_place_of_another_does_not_count_twice() -> None:
    rankings = Rankings(capacity_items=33)
    for _ in range(10):
        rankings.keep(HERE, "a", known(10))
    rankings.keep(HERE, "b", known(10))
    assert len(rankings) == 2
    assert rankings.get(HERE, "a") is not None


def test_rankings_without_items_do_not_grow_without_bound() -> None:
    rankings = Rankings(capacity_items=50)
    for number in range(1_000):
        rankings.keep(HERE, number, known(0))
    assert len(rankings) == 50


def test_a_ranking_that_is_larger_than_all_the_room_is_not_kept() -> None:
    rankings = Rankings(capacity_items=5)
    rankings.keep(HERE, "a", known(10))
    assert len(rankings) == 0
