"""What axes and segments are called."""

from __future__ import annotations

import numpy as np

from tessella.domain.taxonomy.calibration.words import axis_name, segment_names, short_names
from tessella.domain.taxonomy.game import CONTEXTS, Context
from tessella.domain.taxonomy.names import is_axis_name

METRICS = ("spend_usd", "baskets", "discount_share")


def names(*centers: tuple[float, ...], leanings: np.ndarray | None = None) -> tuple[str, ...]:
    contexts = np.zeros((len(centers), len(CONTEXTS))) if leanings is None else leanings
    return segment_names(METRICS, METRICS, np.array(centers), contexts)


def test_a_segment_is_called_by_the_metric_that_sets_it_apart_most() -> None:
    assert names((1.2, 0.3, 0.1), (-0.2, -0.9, 0.4)) == ("high-spend", "low-baskets")


def test_a_segment_near_the_mean_of_everything_is_typical() -> None:
    assert names((0.1, 0.0, -0.1), (2.0, 0.0, 0.0)) == ("typical", "high-spend")


def test_of_metrics_that_go_together_every_segment_is_called_by_the_same() -> None:
    assert names((1.5, 1.4, 0.0), (-1.0, -1.1, 0.0)) == ("high-spend", "low-spend")


def test_segments_that_share_a_first_word_are_told_apart_by_the_next() -> None:
    assert names((1.5, 0.9, 0.0), (1.2, -0.8, 0.0)) == ("high-spend high-baskets", "high-spend low-baskets")


def test_segments_that_are_alike_in_words_get_numbers() -> None:
    found = names((1.5, 0.0, 0.0), (0.9, 0.0, 0.0), (0.5, 0.0, 0.0))
    assert len(set(found)) == 3
    assert found[0] == "high-spend"


def test_a_segment_that_leans_to_weekends_is_called_so() -> None:
    leanings = np.zeros((2, len(CONTEXTS)))
    leanings[0, CONTEXTS.index(Context.WEEKEND)] = 0.8
    assert names((1.2, 0.3, 0.1), (-0.9, 0.0, 0.0), leanings=leanings) == ("high-spend weekend", "low-spend")


def test_the_only_segment_of_an_axis_is_everybody() -> None:
    assert names((0.0, 0.0, 0.0)) == ("everybody",)


def test_words_that_say_how_a_metric_is_measured_are_left_out_of_names() -> None:
    assert short_names(METRICS) == {"spend_usd": "spend", "baskets": "baskets", "discount_share": "discount"}


def test_metrics_that_only_such_words_part_keep_them() -> None:
    assert short_names(("spend_mean", "spend_total"))["spend_mean"] == "spend_mean"


def test_an_axis_is_called_by_the_two_metrics_that_weigh_most() -> None:
    assert axis_name(METRICS, METRICS, ()) == "spend_baskets"


def test_a_name_that_is_taken_gets_more_metrics_and_then_a_number() -> None:
    assert axis_name(METRICS, METRICS, ("spend_baskets",)) == "spend_baskets_discount"
    assert axis_name(METRICS, METRICS, ("spend_baskets", "spend_baskets_discount")) == "spend_baskets_2"


def test_the_name_of_an_axis_fits_into_the_name_of_a_feature() -> None:
    long = (f"a{'b' * 39}", f"c{'d' * 39}")
    first = axis_name(long, long, ())
    second = axis_name(long, long, (first,))
    assert first != second
    assert is_axis_name(first)
    assert is_axis_name(second)
