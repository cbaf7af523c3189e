"""Players and their last days as tables, from what HTTP answers of them."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.cli.output import print_table, say
from tessella.cli.taxonomy_tables import Told, say_each


def print_profile(told: Told) -> None:
    """The segments of one player, the weightiest first."""
    title = f"{told['player_id']} in {told['game_id']} as of {told['as_of']}, by {told['days']:,} days"
    print_memberships(title, told["memberships"])
    say_each(_offset(each) for each in told["memberships"])
    say(f"Variance coverage {told['variance_coverage']:.0%}, confidence {told['confidence']:.2f}.")
    say_each(told["warnings"])


def print_memberships(title: str, memberships: Sequence[Told]) -> None:
    """The segments alone."""
    rows = [
        [each["segment_name"], each["axis_name"], f"{each['membership_strength']:.3f}", f"{each['share']:.2f}",
         f"{each['typicality']:.2f}", f"{each['distance_from_center']:.2f}"]
        for each in memberships
    ]  # fmt: skip
    print_table(title, ("segment", "axis", "strength", "share", "typical", "distance"), rows)


def print_detection(told: Told) -> None:
    """Whether the last days of one player are unlike that player, by both methods, and why."""
    days = " to ".join(dict.fromkeys([told["days"][0], told["days"][-1]])) if told["days"] else "no day"
    verdict = "an anomaly" if told["alerts"] else "no anomaly"
    say(f"{told['player_id']} in {told['game_id']}, {days} ({told['context']}): {verdict} by {told['method']}.")
    columns = ("axis", "p", "score", "flagged", "delta", "score C", "flagged C")
    print_table("Axes, by displacement and by distance delta", columns, [_judged(each) for each in told["axes"]])
    flagged = [each for each in told["axes"] if each["displacement"]["is_anomalous"] or each["is_anomalous"]]
    say_each(f"{each['axis_name']}: {each['reason']}" for each in flagged)
    overall = told["displacement"]
    verdict = (
        f"Overall: displacement p {overall['p_value']:.4f}, score {overall['score']:.2f}; distance delta score "
        f"{told['overall_score']:.2f}. Confidence {told['confidence']:.2f}."
    )
    say_each([verdict, *told["warnings"]])


def _offset(membership: Told) -> str:
    """How far the player is from a center, in standard deviations of the population."""
    told = ", ".join(f"{name} {value:+.1f}" for name, value in membership["position_offset"].items())
    return f"From {membership['segment_name']}: {told or 'nothing is known'}"


def _judged(each: Told) -> list[object]:
    displacement = each["displacement"]
    return [
        each["axis_name"], f"{displacement['p_value']:.4f}", f"{displacement['score']:.2f}",
        displacement["is_anomalous"], f"{each['distance_delta']:+.2f}", f"{each['anomaly_score']:.2f}",
        each["is_anomalous"],
    ]  # fmt: skip
