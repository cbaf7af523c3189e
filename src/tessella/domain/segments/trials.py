"""Which rules were tried before one matched, and whether they read who the subject is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tessella.domain.features.schema import SUBJECT
from tessella.domain.identifiers import RuleId, SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.reads import features_read, segments_read
from tessella.domain.segments.matching import Entry


def tried(entries: Iterable[Entry], segment_id: SegmentId, rule_id: RuleId | None) -> Iterator[Entry]:
    """The entries up to the one that matched; all where none did. `entries` are in the order of trial."""
    for entry in entries:
        yield entry
        if (entry.segment_id, entry.rule_id) == (segment_id, rule_id):
            return


def read_subject(entries: Iterable[Entry], membership: Mapping[SegmentId, Node]) -> bool:
    """Whether any of them reads the subject's id, itself or through `in_segment`."""
    pending = [entry.node for entry in entries]
    seen: set[SegmentId] = set()
    while pending:
        node = pending.pop()
        if SUBJECT in features_read(node):
            return True
        named = set(segments_read(node)) - seen
        seen |= named
        pending += [membership[each] for each in named]
    return False
