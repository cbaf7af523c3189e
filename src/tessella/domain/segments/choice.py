"""Choose the segment of one request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tessella.domain.decisions import NO_MATCH, OPTED_OUT, Choice, Reason
from tessella.domain.errors import RuleError
from tessella.domain.features.subject import Subject
from tessella.domain.identifiers import DEFAULT_SEGMENT, Instant, SegmentId
from tessella.domain.segments.segment import Segment

if TYPE_CHECKING:
    from tessella.domain.segments.matching import Match, Matcher


def choose_segment(
    matcher: Matcher, segments: Mapping[SegmentId, Segment], subject: Subject, *, now: Instant
) -> Choice:
    """First active segment, by descending priority, that any enabled rule of it matches; else `default`.

    A rule that fails while it is evaluated ends the search with `default` and the reason `rule_error`: a visitor
    never pays for our mistake. Of who has opted out rules read the request alone. Source: requirement A, "Request
    pipeline" step 2 and "Safety"; of consent, requirement D.
    """
    chosen = _chosen(matcher, segments, subject, now)
    return chosen if subject.personalized else replace(chosen, reasons=(OPTED_OUT, *chosen.reasons))


def _chosen(matcher: Matcher, segments: Mapping[SegmentId, Segment], subject: Subject, now: Instant) -> Choice:
    try:
        match = matcher.first_match(subject.features, now)
    except RuleError as error:
        return _default(segments, rule_error(error))
    return _matched(segments[match.segment_id], match) if match else _default(segments, NO_MATCH)


def rule_error(error: RuleError) -> Reason:
    """The reason that a failing rule leaves."""
    where = {"segment_id": error.segment_id, "rule_id": error.rule_id}
    return Reason("rule_error", f"{error.message} The default applies.", where)


def _matched(segment: Segment, match: Match) -> Choice:
    text = f'Rule "{match.rule_id}" of segment "{segment.name or segment.segment_id}" matched.'
    where = {"segment_id": segment.segment_id, "rule_id": match.rule_id, "priority": segment.priority}
    return Choice(segment.segment_id, segment.profile_id, match.rule_id, (Reason("segment_matched", text, where),))


def _default(segments: Mapping[SegmentId, Segment], reason: Reason) -> Choice:
    default = segments.get(DEFAULT_SEGMENT)
    return Choice(DEFAULT_SEGMENT, default.profile_id if default else None, None, (reason,))
