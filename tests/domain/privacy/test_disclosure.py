"""What counts that are shown let somebody find out who takes one from another."""

import random
from itertools import combinations

import pytest

from tessella.domain.identifiers import Role
from tessella.domain.privacy.disclosure import disclosed

K = 10
PEOPLE = 400


def seen(count: int, role: Role = Role.SERVICE) -> int | None:
    """The number that a role reads; None where it is told that there are too few."""
    told = disclosed(count, role, K)
    return None if isinstance(told, str) else told


def rules(seed: int) -> list[frozenset[int]]:
    """Random audiences over the same people, some of which differ by a few."""
    luck = random.Random(seed)
    found = []
    for _ in range(12):
        share = luck.choice((0.02, 0.1, 0.3, 0.7, 0.98))
        whole = frozenset(each for each in range(PEOPLE) if luck.random() < share)
        found += [whole, whole - frozenset(luck.sample(sorted(whole), min(len(whole), luck.randint(1, K - 1))))]
    return found


def possible(told: int | None) -> range:
    """Every number of people that is told in this way."""
    if told is None:
        return range(K)
    return range(max(K, told - K // 2), told + (K + 1) // 2)


@pytest.mark.parametrize("seed", range(40))
def test_no_pair_of_questions_tells_how_many_are_in_a_group_of_few(seed: int) -> None:
    """A, and A without x: whatever two answers are, x may be nobody just as well as everybody of the group."""
    for one, other in combinations(rules(seed), 2):
        few = len(one - other)
        if not other <= one or not 0 < few < K:
            continue
        larger, smaller = possible(seen(len(one))), possible(seen(len(other)))
        differences = {here - there for here in larger for there in smaller if here >= there}
        assert len(one) in larger
        assert len(other) in smaller
        assert len(differences) >= K // 2, "an answer that leaves few possibilities names somebody"
        assert not differences.issubset({few})


@pytest.mark.parametrize("seed", range(20))
def test_a_segment_everybody_and_the_rest_do_not_add_up_to_who_is_in_a_group_of_few(seed: int) -> None:
    luck = random.Random(seed)
    few = luck.randint(1, K - 1)
    everybody = luck.randint(3 * K, PEOPLE)
    told = seen(few), seen(everybody), seen(everybody - few)
    assert told[0] is None
    assert told[1] is not None
    assert told[2] is not None
    assert told[1] - told[2] in (0, K), "the difference says no more than: fewer than ten, or ten"
    assert (told[1] - told[2]) % K == 0


def test_the_same_question_again_says_the_same_and_averages_to_nothing() -> None:
    assert {seen(137) for _ in range(100)} == {140}
    assert {seen(each, Role.ADMIN) for each in range(20)} == set(range(20))
