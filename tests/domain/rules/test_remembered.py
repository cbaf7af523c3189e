"""What was made of a tree is made once."""

from tessella.domain.identifiers import FeatureName
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.remembered import Remembered


def tree(name):
    return Exists(FeatureName(name))


def test_the_same_tree_is_not_looked_at_twice():
    seen = []
    made = Remembered(lambda node: seen.append(node) or len(seen), capacity=10)
    first, equal = tree("a"), tree("a")
    assert [made(first), made(first), made(equal), made(first)] == [1, 1, 2, 1]


def test_never_more_than_the_capacity_is_kept_and_every_result_stays_right():
    made = Remembered(lambda node: node.feature, capacity=3)
    trees = [tree(f"f{n % 7}") for n in range(50)]
    assert [made(each) for each in trees + trees] == [each.feature for each in trees + trees]
