"""From where on personalization is said to be not as it should be: the alerts of requirement D."""

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.personalization.monitoring import OptedOut, told_cache_misses, told_extraction, told_opt_outs


def nights(per_day: int, days: int = 28) -> list[OptedOut]:
    return [OptedOut(Instant(day * DAY_US), per_day * day) for day in range(days)]


def after(days: float, subjects: int) -> OptedOut:
    return OptedOut(Instant(round(days * DAY_US)), subjects)


def test_extraction_is_told_from_more_than_five_faults_in_a_hundred_on():
    assert told_extraction(100, 5) is None
    assert told_extraction(100, 6) is not None
    assert told_extraction(0, 0) is None


def test_cache_misses_are_told_when_most_rankings_are_computed_and_there_were_enough_of_them():
    assert told_cache_misses(50, 50) is None
    assert told_cache_misses(49, 51) is not None
    assert told_cache_misses(0, 99) is None


def test_a_spike_of_opt_outs_is_more_than_three_times_the_mean_of_28_days():
    usual = 27 * 4
    assert told_opt_outs(nights(4), after(28, usual + 12)) is None
    told = told_opt_outs(nights(4), after(28, usual + 13))
    assert told is not None
    assert "13 subjects more" in told
    assert "4.0 a day" in told


def test_a_few_opt_outs_are_no_spike_where_hardly_anybody_opts_out():
    assert told_opt_outs(nights(0), after(28, 9)) is None
    assert told_opt_outs(nights(0), after(28, 10)) is not None


def test_a_count_of_less_than_a_day_ago_is_not_compared_with():
    just_counted = [*nights(4), after(27.9, 27 * 4 + 40)]
    assert told_opt_outs(just_counted, after(28, 27 * 4 + 40)) is not None


def test_within_the_first_week_nothing_is_usual():
    assert told_opt_outs(nights(4, days=7), after(7, 1_000)) is None
    assert told_opt_outs(nights(4, days=8), after(8, 1_000)) is not None
    assert told_opt_outs([], after(8, 1_000)) is None


def test_who_opts_in_again_does_not_make_the_mean_negative():
    falling = [after(day, 100 - day) for day in range(28)]
    assert told_opt_outs(falling, after(28, 73 + 10)) is not None
    assert told_opt_outs(falling, after(28, 73 + 9)) is None


def test_what_is_older_than_28_days_is_not_usual_any_more():
    long_ago = [after(day, 1_000 * day) for day in range(10)]
    lately = [after(20 + day, 9_000) for day in range(29)]
    assert told_opt_outs([*long_ago, *lately], after(49, 9_010)) is not None
