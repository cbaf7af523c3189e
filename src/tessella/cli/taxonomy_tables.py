"""Taxonomies as tables, from what HTTP answers of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from tessella.cli.output import console, figure, print_table, say

Told = Mapping[str, Any]

#: What a card tells beside what is watched.
_STABILITY: Final = {
    "self_consistency": "same segment by half of the days, on all axes",
    "split_half": "found again in halves of the players (adjusted Rand)",
    "test_retest": "same segment in both halves of the window",
}
_WATCHED: Final = {
    "categorization_accuracy": "categorization accuracy, where there are groups",
    "variance_explained": "variance of all metrics, by axes",
    "average_confidence": "average confidence of profiles",
}
#: Of each axis, with what each is called where there is little room.
_BY_AXIS: Final = {
    "split_half": "halves", "self_consistency": "days", "by_chance": "chance", "test_retest": "retest",
    "reliability": "reliable", "position_retest": "places",
}  # fmt: skip
_OUTCOMES: Final = {"ltv": "LTV", "churn": "churn", "support_risk": "support"}


def print_taxonomy(told: Told) -> None:
    """Axes with what they explain, and the segments on each with their names and shares."""
    say(
        f"{told['game_id']}, version {told['version']} of {told['last_calibrated'][:10]}: {told['players']:,} players, "
        f"{told['total_axes_count']} axes, {told['total_segments_count']} segments, "
        f"{told['variance_explained']:.1%} of the variance explained."
    )
    axes = [*told["universal_axes"], *told["game_specific_axes"]]
    columns = ("axis", "segments", "explains", "apart", "elbow", "gap", "halves")
    print_table("Axes", columns, [_axis(each) for each in axes])
    say_each(map(_why, axes))
    rows = [row for axis in axes for row in _segments(axis)]
    print_table("Segments", ("axis", "id", "segment", "share", "players"), rows)
    correlations = [row for axis in axes for each in axis["segments"] for row in _correlations(each)]
    if correlations:
        title = "How being in a segment goes with what became of players: 95 %"
        print_table(title, ("segment", "outcome", "correlation", "from", "to"), correlations)


def print_card(told: Told) -> None:
    """What a taxonomy explains, and how far players stay where they are."""
    say(f"{told['game_id']}, version {told['version']} of {told['last_calibrated'][:10]}")
    watched = [[words, *_watched(told[name])] for name, words in _WATCHED.items()]
    print_table("Watched", ("figure", "is", "target", "alert"), watched)
    print_table("Stability", ("figure", "is"), [[words, _share(told[name])] for name, words in _STABILITY.items()])
    if told["by_axis"]:
        rows = [[axis, *(_brief(each.get(name)) for name in _BY_AXIS)] for axis, each in told["by_axis"].items()]
        print_table("By axis", ("axis", *_BY_AXIS.values()), rows)
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
        [each["axis_name"], each["level"], figure(each["psi"]), figure(each["by_chance"])] for each in drift["axes"]
    ]
    print_table(title, ("axis", "level", "PSI", "by chance"), rows)
    shares = [[axis["axis_name"], *_moved(each)] for axis in drift["axes"] for each in axis["segments"]]
    print_table("Shares of players, then and now", ("axis", "segment", "then", "now"), shares)
    say_each(drift["notes"])


def print_games(told: Told) -> None:
    """Every game, and what is in force."""
    rows = [[each["game_id"], *_listed(each)] for each in told["items"]]
    print_table("Games", ("game_id", "version", "calibrated", "players", "explained", "refreshed"), rows)


def say_each(lines: Iterable[str]) -> None:
    """Sentences, each from a new line on; they wrap."""
    for each in lines:
        console.print(each, highlight=False, markup=False)


def _axis(axis: Told) -> list[object]:
    count = axis["count"]
    return [
        axis["axis_name"], axis["segment_count"], f"{axis['variance_explained']:.0%}", f"{axis['separation']:.2f}",
        count["by_elbow"], count["by_gap"], _brief(count["stability"]),
    ]  # fmt: skip


def _why(axis: Told) -> str:
    own = ", an axis of the game's own" if axis["axis_type"] == "game_specific" else ""
    return f"{axis['axis_name']}{own}: {', '.join(axis['defining_metrics'])}. {axis['count']['reason']}"


def _segments(axis: Told) -> list[list[object]]:
    return [
        [axis["axis_name"], each["segment_id"], each["segment_name"], f"{each['population_percentage']:.1f} %",
         each["players"]]
        for each in axis["segments"]
    ]  # fmt: skip


def _correlations(segment: Told) -> list[list[object]]:
    """A row for each outcome that is told of a segment."""
    found = {words: segment[f"{name}_correlation"] for name, words in _OUTCOMES.items()}
    return [
        [segment["segment_name"], words, *(f"{each[part]:+.2f}" for part in ("value", "low", "high"))]
        for words, each in found.items()
        if each is not None
    ]


def _watched(found: Told) -> tuple[str, str, str]:
    return _share(found["value"]), f"> {found['target']:.0%}", f"< {found['alert']:.0%}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _brief(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _ids(found: Sequence[int]) -> str:
    return ", ".join(map(str, found))


def _moved(segment: Told) -> tuple[str, str, str]:
    return segment["segment_name"], _share(segment["share_then"]), _share(segment["share_now"])


def _listed(each: Told) -> list[object]:
    taxonomy, refresh = each["taxonomy"], each["refresh"]
    refreshed = None if refresh is None else refresh["refreshed_at"][:10]
    if taxonomy is None:
        return [None, None, None, None, refreshed]
    calibrated = taxonomy["last_calibrated"][:10]
    return [taxonomy["version"], calibrated, taxonomy["players"], _share(taxonomy["variance_explained"]), refreshed]
