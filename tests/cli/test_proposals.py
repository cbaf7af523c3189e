"""`tessella segments propose`."""


def test_a_search_that_finds_nothing_says_so_in_a_sentence(shop):
    printed = shop("segments", "propose", "--as-of", "2025-06-01").well().out
    assert printed == (
        "0 subjects as of 2025-06-01T00:00:00+00:00, and the 28 days after; 0 of them held out. 0 groups looked at.\n"
        "No feature has a value as of the cut. Declare features with a kind, or choose a later cut.\n"
    )


def test_programs_get_all_of_it(shop):
    told = shop("segments", "propose", "--as-of", "2025-06-01", "--days", 7, "--json").json()
    assert (told["remark"], told["groups"], told["horizon_days"]) == ("no_features", [], 7)


def test_days_that_are_not_over_are_refused(shop):
    assert "are not over" in shop("segments", "propose", "--as-of", "9000-01-01").refused()
