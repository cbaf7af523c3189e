"""How the taxonomy of the demo's store is printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tessella.cli.output import console, counted, print_table, say
from tessella.cli.player_tables import print_memberships
from tessella.demo.games import STORE, StoreTaxonomy, store_taxonomy
from tessella.demo.jobs import open_run, over
from tessella.demo.lists import HOUSEHOLD
from tessella.http.shown.players import detection_shown, profile_shown
from tessella.http.shown.taxonomy import taxonomy_shown
from tessella.ports import Session
from tessella.ports.jobs import Job


def store_told(found: StoreTaxonomy) -> Mapping[str, Any]:
    """The same as JSON, in the form in which HTTP answers."""
    week = found.last_week
    told = {
        "taxonomy": taxonomy_shown(found.taxonomy),
        "profile": profile_shown(found.profile),
        "last_week": {
            "judged": week.judged,
            "flagged": week.flagged,
            "alpha": week.alpha,
            "anomalies": [detection_shown(each) for each in week.anomalies],
        },
    }
    return dict(msgspec.to_builtins(told))


def print_store(told: Mapping[str, Any]) -> None:
    """Axes and segments of the store, where one household stands, and who was unlike themselves last week."""
    console.print()
    _print_axes(told["taxonomy"])
    _print_household(told["profile"])
    _print_week(told["last_week"])


def _print_axes(taxonomy: Mapping[str, Any]) -> None:
    axes = [*taxonomy["universal_axes"], *taxonomy["game_specific_axes"]]
    title = f'Axes of the game "{taxonomy["game_id"]}", and how much of the variance of all metrics each explains'
    rows = [
        [each["axis_name"], f"{each['variance_explained']:.1%}", ", ".join(each["defining_metrics"]), _shares(each)]
        for each in axes
    ]
    print_table(title, ("axis", "explains", "metrics", "segments, and the share of players"), rows)
    _say(f"Together the axes explain {taxonomy['variance_explained']:.1%}: what two of them explain counts once.")
    for each in axes:
        _say(f"{each['axis_name']}: {each['count']['reason']}")


def _shares(axis: Mapping[str, Any]) -> str:
    return ", ".join(f"{each['segment_name']} {each['population_percentage']:.0f} %" for each in axis["segments"])


def _print_household(profile: Mapping[str, Any]) -> None:
    memberships = profile["memberships"]
    console.print()
    told = f"its top {len(memberships)} segments, by {profile['days']} days"
    print_memberships(f"Where household {profile['player_id']} stands: {told}", memberships)
    _say(f"Variance coverage {profile['variance_coverage']:.0%}, confidence {profile['confidence']:.2f}.")


def _print_week(week: Mapping[str, Any]) -> None:
    rows = [
        [each["player_id"], ", ".join(day[5:] for day in each["days"]), _weightiest(each)["axis_name"],
         f"{each['displacement']['p_value']:.4f}", f"{each['displacement']['score']:.2f}",
         f"{each['overall_score']:.2f}"]
        for each in week["anomalies"]
    ]  # fmt: skip
    shown = f", the {len(rows)} most unlikely" if week["flagged"] > len(rows) else ""
    console.print()
    title = f"Households unlike themselves in the last week{shown}"
    print_table(title, ("household", "days", "most on", "p", "score", "delta's score"), rows)
    for each in week["anomalies"]:
        _say(f"{each['player_id']}: {_weightiest(each)['reason']}")
    _say(
        f"{counted(week['judged'], 'household')} came in the last week, and {week['flagged']:,} are flagged; about "
        f"{round(week['judged'] * week['alpha']):,} would be if everybody was as usual."
    )


def _say(text: str) -> None:
    """A sentence that wraps."""
    console.print(text, highlight=False, markup=False)


def _weightiest(detection: Mapping[str, Any]) -> Mapping[str, Any]:
    return min(detection["axes"], key=lambda each: each["displacement"]["p_value"])


async def show_when_calibrated(session: Session) -> None:
    """Wait for a calibration that goes on, and print what came of it."""
    if await open_run(session, Job.CALIBRATE_TAXONOMY) is None:
        return
    say("\nThe taxonomy of the store is being calibrated. It comes here.")
    await over(session, Job.CALIBRATE_TAXONOMY, lambda share: None)
    found = await store_taxonomy(session, HOUSEHOLD)
    if found is None:
        say(f"\nThere is no taxonomy of {STORE}: `tessella jobs list --job calibrate_taxonomy` says why.")
    else:
        print_store(store_told(found))
