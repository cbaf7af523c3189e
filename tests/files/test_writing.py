"""YAML that reads back as it was, whatever the value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.files.texts import read_text
from tessella.files.writing import write_text

#: Texts that YAML takes for something else, or for structure, unless they are quoted.
TRICKY = (
    "", "NO", "yes", "~", "null", "True", "1.0", "1e3", "0x1F", "1:30", "1_000", ".inf", "2026-01-01", "=", "<<", "- a",
    "---", "...", "# no comment", "a: b", "'", '"', "{a}", "[a]", "&a", "*a", "!a", "%a", "@a", "`a",
    "two\nlines", "two\nlines\n", "\n", "\n\n", " indented\nlines", "a\n  b\n", "ends in spaces \nhere", "tab\there",
    "Zürich, 北京, 🧩", "\x85", "\u2028", "\ufeff", "\r\n", "\x07",
)  # fmt: skip
MARKS = st.text(" \n\t\r#:-|>'\"%&*!@`{}[],?=~a1.0\x85\u2028\ufeff", max_size=20)
LETTERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
TEXTS = st.sampled_from(TRICKY) | MARKS | LETTERS
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def again(value):
    return read_text(write_text(value), "written.yaml")


@given(VALUES)
def test_every_value_reads_back_with_its_types_and_the_order_of_its_keys(value):
    written = {"first": value, "again": value}
    assert json.dumps(again(written)) == json.dumps(written)


@pytest.mark.parametrize("text", TRICKY)
def test_a_text_stays_text(text):
    assert again({"name": text}) == {"name": text}
    assert again({text: [text]}) == {text: [text]}


@pytest.mark.parametrize("number", [1, 1.0, -0.0, 1e16, 1e-7, 0.1, 10**30, True])
def test_a_number_keeps_its_type(number):
    assert repr(again([number])) == repr([number])


def test_a_text_of_several_lines_looks_like_one():
    assert write_text({"description": "One.\nTwo.\n"}) == "description: |\n  One.\n  Two.\n"


def test_nodes_of_a_rule_stand_on_one_line_each_and_the_rest_in_blocks():
    expr = {"all": [{"in": ["user.country", ["NO", "FI"]]}, {"not": {"eq": ["user.tier", 1.0]}}]}
    assert write_text({"expr": expr, "blend": {"alpha": 0.8, "beta": 1.0}}) == (
        "expr:\n"
        "  all:\n"
        "    - {in: [user.country, ['NO', FI]]}\n"
        "    - {not: {eq: [user.tier, 1.0]}}\n"
        "blend:\n"
        "  alpha: 0.8\n"
        "  beta: 1.0\n"
    )


def test_the_whole_is_never_on_one_line():
    assert write_text({"blend": {"alpha": 0.8}}) == "blend: {alpha: 0.8}\n"
