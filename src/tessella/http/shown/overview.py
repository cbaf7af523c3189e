"""How the overview is shown."""

from __future__ import annotations

from tessella.domain.features.gate import DAY_US, iso
from tessella.domain.identifiers import Instant
from tessella.http.schemas.overview import (
    DecisionsShown,
    MatchesShown,
    MatchShown,
    MinuteShown,
    NeedShown,
    OverviewShown,
    SetupShown,
)
from tessella.http.shown.outcomes import outcome_row_shown
from tessella.ports.overview import MINUTE_US, MINUTES, DecisionFigures
from tessella.usecases.overview.needs import Need
from tessella.usecases.overview.tell import Overview, Setup


def overview_shown(found: Overview) -> OverviewShown:
    """The whole answer."""
    return OverviewShown(
        iso(found.made_at),
        [_need(each) for each in found.needs],
        _decisions(found),
        _matches(found.decisions),
        [outcome_row_shown(each) for each in found.outcomes],
        _setup(found.setup),
    )


def _need(need: Need) -> NeedShown:
    return NeedShown(
        need.kind, need.code, need.urgency, need.subject, need.count, iso(need.since), need.detail, need.alert_id,
        need.run_id,
    )  # fmt: skip


def _decisions(found: Overview) -> DecisionsShown:
    figures = found.decisions
    last = found.made_at // MINUTE_US
    minutes = [Instant(minute * MINUTE_US) for minute in range(last - MINUTES + 1, last + 1)]
    counted = [figures.per_minute.get(each, 0) if each >= figures.since else None for each in minutes]
    is_day = found.made_at - figures.since >= DAY_US
    return DecisionsShown(
        [MinuteShown(iso(minute), count) for minute, count in zip(minutes, counted, strict=True)],
        sum(figures.by_segment.values()) if is_day else None,
    )


def _matches(figures: DecisionFigures) -> MatchesShown:
    total = sum(figures.by_segment.values())
    often = sorted(figures.by_segment.items(), key=lambda each: (-each[1], each[0]))
    return MatchesShown(iso(figures.since), [MatchShown(name, n, n / total) for name, n in often])


def _setup(setup: Setup) -> SetupShown:
    return SetupShown(
        setup.features, setup.sources, setup.segments, setup.has_events, setup.has_facts, setup.has_audiences,
        setup.has_decisions,
    )  # fmt: skip
