"""What is watched of taxonomies. Source: requirement C, "Key Metrics to Monitor"."""

import pytest

from tessella.domain.taxonomy.monitoring import (
    ACCURACY,
    BOUNDS,
    CONFIDENCE,
    ERRORS,
    RESPONSE_P95,
    VARIANCE,
    p95,
    told_accuracy,
    told_confidence,
    told_errors,
    told_slow,
    told_variance,
)


def test_targets_and_alerts_are_those_of_document_c():
    told = {each: (each.target, each.alert) for each in (RESPONSE_P95, ERRORS, ACCURACY, VARIANCE, CONFIDENCE)}
    assert list(told.values()) == [(0.1, 0.2), (0.001, 0.01), (0.94, 0.92), (0.70, 0.65), (0.75, 0.65)]


@pytest.mark.parametrize(
    ("tell", "enough", "too_little"),
    [(told_accuracy, 0.92, 0.919), (told_variance, 0.65, 0.649), (told_confidence, 0.65, 0.649)],
)
def test_a_figure_is_told_below_its_alert_and_not_at_it(tell, enough, too_little):
    assert tell(enough) is None
    assert tell(too_little).startswith(f"{too_little:.1%}: ")


def test_what_is_not_known_raises_nothing():
    assert (told_accuracy(None), told_confidence(None)) == (None, None)


def test_the_95th_percentile_lies_within_its_bucket_as_prometheus_tells_it():
    assert p95(counted(0.004, 100)) == pytest.approx(0.0025 + 0.0025 * 0.95)
    assert p95(counted(99.0, 100)) == BOUNDS[-1]


def test_fewer_than_a_hundred_requests_have_no_95th_percentile():
    assert p95(counted(0.004, 99)) is None
    assert told_slow(counted(9.0, 99)) is None


def test_one_slow_request_in_twenty_is_no_alert_and_one_in_ten_is():
    assert told_slow(both(counted(0.004, 95), counted(0.4, 5))) is None
    assert "within 350 ms" in told_slow(both(counted(0.004, 90), counted(0.4, 10)))


def test_one_error_in_a_hundred_is_no_alert_and_more_is():
    assert told_errors(1_000, 10) is None
    assert told_errors(1_000, 11).startswith("11 of 1,000 requests")
    assert told_errors(199, 199) is None


def counted(seconds, many):
    """So many requests that took so long."""
    counts = [0] * (len(BOUNDS) + 1)
    counts[next((place for place, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))] = many
    return counts


def both(one, other):
    return [left + right for left, right in zip(one, other, strict=True)]
