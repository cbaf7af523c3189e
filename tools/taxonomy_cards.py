"""Accuracy cards of real games as tables of a page, between its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.taxonomy_games import RealGame
from benchmarks.taxonomy_real_days import auc, delta, judged, surprise
from tessella.domain.taxonomy.game import Outcome
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, Correlation, GameBehavioralTaxonomy, SegmentDefinition

#: How many of a player's last days are judged.
_LENGTHS: Final = (1, 3)
#: Figures of an axis, in the order of columns.
_FIGURES: Final = ("split_half", "self_consistency", "by_chance", "test_retest", "reliability", "position_retest")

Calibrated = tuple[RealGame, GameBehavioralTaxonomy]


def write_cards(page: Path, games: Sequence[Calibrated]) -> None:
    """Put the cards, and what was found of days, between the marks of the page."""
    text = _between(page.read_text(), "cards", "\n".join(line for each in games for line in _card(*each)))
    page.write_text(_between(text, "days", "\n".join(_days(games))))


def _between(text: str, name: str, told: str) -> str:
    marks = re.compile(rf"(?s)(?<=<!-- {name} -->\n).*(?=<!-- end of {name} -->)")
    assert marks.search(text), f"the page has no marks for {name}"
    return marks.sub(lambda _: f"\n{told}\n", text)


def _days(games: Sequence[Calibrated]) -> Iterator[str]:
    """How well each method tells another player's days from one's own, and how many of one's own are flagged."""
    yield "| game | days | players | AUC, displacement | AUC, distance delta | own days flagged at 1 % | by the delta |"
    yield "|" + "---|" * 7
    for real, taxonomy in games:
        for days in _LENGTHS:
            found = judged(real, taxonomy, days)
            told = (f"{auc(found, each):.2f}" for each in (surprise, delta))
            flags = ([each.displacement.is_anomalous for each in found.own], [each.is_anomalous for each in found.own])
            shares = (f"{sum(each) / len(each):.1%}" for each in flags)
            yield _row([real.title, str(days), f"{len(found.own):,}", *told, *shares])


def _card(real: RealGame, taxonomy: GameBehavioralTaxonomy) -> Iterator[str]:
    card = taxonomy.card
    yield f"### {real.title}\n"
    yield f"{taxonomy.players:,} players, {len(taxonomy.standard.metrics)} metrics, {real.game.window_days} days. " + (
        f"Variance explained {taxonomy.variance_explained:.2f}, mean confidence {card.mean_confidence:.2f}.\n"
    )
    yield "| axis | segments | elbow | gap | variance explained | separation | split-half | self-consistency |" + (
        " by chance | test-retest | reliability | positions again |"
    )
    yield "|" + "---|" * 12
    yield from (_axis(each, taxonomy) for each in taxonomy.axes)
    yield ""
    yield "| axis | segment | share | center | LTV after | churn after |"
    yield "|---|---|---|---|---|---|"
    yield from (_segment(axis, each) for axis in taxonomy.axes for each in axis.segments)
    yield ""
    yield from (f"- {axis.axis_name}: {axis.count.reason}" for axis in taxonomy.axes)
    yield from (f"- {note}" for note in card.notes)
    yield ""


def _axis(axis: BehavioralAxis, taxonomy: GameBehavioralTaxonomy) -> str:
    figures = taxonomy.card.by_axis[axis.axis_name]
    told = [axis.axis_name, *(str(each) for each in (axis.count.chosen, axis.count.by_elbow, axis.count.by_gap))]
    told += [f"{axis.variance_explained:.2f}", f"{axis.separation:.2f}"]
    return _row([*told, *("" if (value := figures[name]) is None else f"{value:.2f}" for name in _FIGURES)])


def _segment(axis: BehavioralAxis, segment: SegmentDefinition) -> str:
    center = ", ".join(
        f"{name} {at:+.1f}" for name, at in zip(axis.defining_metrics, segment.center_position, strict=True)
    )
    outcomes = (_outcome(segment.correlations[each]) for each in (Outcome.LTV, Outcome.CHURN))
    return _row([axis.axis_name, segment.name, f"{segment.population_share:.0%}", center, *outcomes])


def _outcome(found: Correlation | None) -> str:
    return "" if found is None else f"{found.value:+.2f} ({found.low:+.2f} to {found.high:+.2f})"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
