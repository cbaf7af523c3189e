"""Taxonomies as tables, from what HTTP answers of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from tessella.cli.output import figure, print_table, say

Told = Mapping[str, Any]

#: What a card tells beside what is watched.
_STABILITY: Final = {
    "split_half": "found again in halves of the players (adjusted Rand index)",
    "test_retest": "same segment in the earlier and the later half of the window",
}
_WATCHED: Final = {
    "categorization_accuracy": "categorization accuracy: best segments the same by half of the days",
    "variance_explained": "variance of all metrics that axes account for",
    "average_confidence": "average confidence of profiles",
}


def print_taxonomy(told: Told) -> None:
    """Axes with what they explain, and the segments on each with their names and shares."""
    say(
        f"{told['game_id']}, version {told['version']} of {told['last_calibrated'][:10]}: {told['players']:,} players, "
        f"{told['total_axes_count']} axes, {told['total_segments_count']} segments, "
        f"{told['variance_explained']:.1%} of the variance explained."
    )
    axes = [*told["universal_axes"], *told["game_specific_axes"]]
    columns = ("axis", "type", "metrics", "segments", "explained", "separation", "by elbow", "by gap", "stability")
    print_table("Axes", columns, [_axis(each) for each in axes])
    rows = [row for axis in axes for row in _segments(axis)]
    print_table("Segments", ("axis", "id", "segment", "players", "share", "LTV", "churn", "support"), rows)


def print_card(told: Told) -> None:
    """What a taxonomy explains, and how far players stay where they are."""
    say(f"{told['game_id']}, version {told['version']} of {told['last_calibrated'][:10]}")
    watched = [[words, *_watched(told[name])] for name, words in _WATCHED.items()]
    print_table("Watched", ("figure", "is", "target", "alert"), watched)
    print_table("Stability", ("figure", "is"), [[words, _share(told[name])] for name, words in _STABILITY.items()])
    columns = list(dict.fromkeys(name for each in told["by_axis"].values() for name in each))
    if columns:
        rows = [[axis, *(figure(each.get(name)) for name in columns)] for axis, each in told["by_axis"].items()]
        print_table("By axis", ("axis", *columns), rows)
    say_each(told["notes"])


def print_lineage(told: Told) -> None:
    """What a recalibration did to segments."""
    title = f"{told['game_id']}, version {told['version']}: what became of the segments before"
    if not told["steps"]:
        say(f"{told['game_id']}, version {told['version']}: no version before it.")
        return
    rows = [
        [each["axis_name"], each["change"], _ids(each["before"]), _ids(each["after"]), _share(each["overlap"])]
        for each in told["steps"]
    ]
    print_table(title, ("axis", "change", "before", "after", "players kept"), rows)


def print_drift(told: Told) -> None:
    """How far players have moved from those of the calibration."""
    if told["drift"] is None:
        say(f"{told['game_id']}: nobody has looked yet. Workers look every night.")
        return
    drift, refresh = told["drift"], told["refresh"]
    title = f"{told['game_id']}: {drift['players']:,} players as of {refresh['as_of']} against the calibration"
    rows = [
        [each["axis_name"], each["level"], figure(each["psi"]), figure(each["by_chance"]), _shares(each["segments"])]
        for each in drift["axes"]
    ]
    print_table(title, ("axis", "level", "PSI", "by chance", "shares then and now"), rows)
    say_each(drift["notes"])


def print_games(told: Told) -> None:
    """Every game, and what is in force."""
    rows = [[each["game_id"], each["name"], *_listed(each)] for each in told["items"]]
    print_table("Games", ("game_id", "name", "version", "calibrated", "players", "explained", "refreshed"), rows)


def say_each(lines: Iterable[str]) -> None:
    """Sentences, one a line."""
    for each in lines:
        say(each)


def _axis(axis: Told) -> list[object]:
    count = axis["count"]
    return [
        axis["axis_name"], axis["axis_type"], ", ".join(axis["defining_metrics"]), axis["segment_count"],
        f"{axis['variance_explained']:.1%}", f"{axis['separation']:.2f}", count["by_elbow"], count["by_gap"],
        figure(count["stability"]),
    ]  # fmt: skip


def _segments(axis: Told) -> list[list[object]]:
    return [
        [axis["axis_name"], each["segment_id"], each["segment_name"], each["players"],
         f"{each['population_percentage']:.1f} %", *(_correlation(each[f"{name}_correlation"])
         for name in ("ltv", "churn", "support_risk"))]
        for each in axis["segments"]
    ]  # fmt: skip


def _correlation(found: Told | None) -> str:
    return "" if found is None else f"{found['value']:+.2f} ({found['low']:+.2f} to {found['high']:+.2f})"


def _watched(found: Told) -> tuple[str, str, str]:
    return _share(found["value"]), f"> {found['target']:.0%}", f"< {found['alert']:.0%}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _ids(found: Sequence[int]) -> str:
    return ", ".join(map(str, found))


def _shares(segments: Sequence[Told]) -> str:
    return "; ".join(f"{each['segment_name']} {each['share_then']:.0%} to {each['share_now']:.0%}" for each in segments)


def _listed(each: Told) -> list[object]:
    taxonomy, refresh = each["taxonomy"], each["refresh"]
    refreshed = None if refresh is None else refresh["refreshed_at"][:10]
    if taxonomy is None:
        return [None, None, None, None, refreshed]
    calibrated = taxonomy["last_calibrated"][:10]
    return [taxonomy["version"], calibrated, taxonomy["players"], _share(taxonomy["variance_explained"]), refreshed]
