"""What distinguishes two states of an object is found field by field."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.definitions import Action, Kind, object_change
from tessella.domain.definitions.diff import field_changes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


def changes(before, after):
    return [(each.action.value, each.pointer, each.before, each.after) for each in field_changes(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("replace", "/a", 1, 2)]),
        ({"a": 1}, {"b": 1}, [("remove", "/a", 1, None), ("add", "/b", None, 1)]),
        ({"a": None}, {}, [("remove", "/a", None, None)]),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 3}]}}, [("replace", "/a/b/1/c", 2, 3)]),
        ({"a": 1}, {"a": True}, [("replace", "/a", 1, True)]),
        ({"a": [1]}, {"a": "1"}, [("replace", "/a", [1], "1")]),
        ({"x/y": 1}, {"x/y": 2}, [("replace", "/x~1y", 1, 2)]),
    ],
)
def test_every_difference_is_found_where_it_is(before, after, found):
    assert changes(before, after) == found


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (["r1", "r2"], ["new", "r1", "r2"], [("add", "/0", None, "new")]),
        (["r1", "old", "r2"], ["r1", "r2"], [("remove", "/1", "old", None)]),
        (["r1", "r2", "r3"], ["r1", "x", "r3"], [("replace", "/1", "r2", "x")]),
        (["a", "a"], ["a"], [("remove", "/1", "a", None)]),
        ([], ["a", "b"], [("add", "/0", None, "a"), ("add", "/1", None, "b")]),
        ([1], [True], [("replace", "/0", 1, True)]),
    ],
)
def test_a_member_that_a_list_gained_or_lost_does_not_make_the_others_differ(before, after, found):
    assert changes(before, after) == found


@given(JSON, JSON)
def test_nothing_is_found_exactly_when_both_are_the_same(before, after):
    assert (changes(before, after) == []) is (json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True))


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        (None, {"a": 1}, Action.ADD),
        ({"a": 1}, None, Action.REMOVE),
        ({"a": 1}, {"a": 2}, Action.REPLACE),
        ({"a": 1}, {"a": 1}, Action.KEEP),
    ],
)
def test_an_object_is_added_removed_replaced_or_kept(before, after, action):
    assert object_change(Kind.PROFILE, "gold", before, after).action is action
