"""Disagreements by rule and by feature, with the truth of every node both ways for some subjects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Final

from tessella.domain.audiences.agreement import Against, Example, FeatureFinding, NodeTruth, RuleFinding
from tessella.domain.audiences.sides import Disagreement, Sides
from tessella.domain.features.schema import SUBJECT
from tessella.domain.identifiers import FeatureName, Pointer, RuleId, SegmentId, SubjectId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.lint import nodes_with_pointers
from tessella.domain.rules.sentence import sentence
from tessella.domain.segments.references import features_behind
from tessella.ports import Session, Warehouse
from tessella.usecases.audiences.plan import Plan
from tessella.usecases.consistency.nodes_as_sets import nodes_as_sets

#: Segments that are told of, those of most subjects first; subjects of each rule; nodes of each subject.
MOST_SEGMENTS: Final = 50
MOST_EXAMPLES: Final = 3
MOST_NODES: Final = 100

#: Of each subject the truths of nodes; none for a rule without a SQL form.
Truths = Mapping[SubjectId, Sequence[bool]]


@dataclass(frozen=True)
class Findings:
    """What became of a check."""

    session: Session
    warehouse: Warehouse
    plan: Plan
    sides: Mapping[SubjectId, Sides]
    #: Of the rows that were told set-wise.
    folder: Path

    async def of(self, found: Iterable[Disagreement]) -> tuple[tuple[RuleFinding, ...], tuple[FeatureFinding, ...]]:
        """By rule, those of most subjects first, and by feature, likewise."""
        ordered = sorted(found, key=_order)
        groups = sorted((list(group) for _, group in groupby(ordered, key=_group)), key=len, reverse=True)
        rules = [each for group in groups[:MOST_SEGMENTS] for each in await self._of_segment(group)]
        return tuple(rules), tuple(self._of_features(ordered))

    async def _of_segment(self, group: Sequence[Disagreement]) -> list[RuleFinding]:
        if group[0].is_first_match:
            return [self._finding(group, RuleId(""), [], {})]
        subjects, told = [each.subject_id for each in group], []
        for rule_id, nodes in self._rules(group[0].segment_id):
            truths = await nodes_as_sets(self.warehouse, self.plan, self.folder, nodes, subjects)
            told.append((rule_id, nodes, truths))
        wrong = [each for each in told if self._differs(group, each[1], each[2])]
        return [self._finding(group, *each) for each in wrong or told]

    def _rules(self, segment_id: SegmentId) -> list[tuple[RuleId, list[tuple[Node, Pointer]]]]:
        """The enabled rules with their nodes, parents first."""
        snapshot = self.plan.snapshot
        rules = snapshot.definitions.segments[segment_id].enabled_rules()
        trees = ((each.rule_id, snapshot.rules[segment_id, each.rule_id]) for each in rules)
        return [(rule_id, list(nodes_with_pointers(tree))[:MOST_NODES]) for rule_id, tree in trees]

    def _differs(self, group: Sequence[Disagreement], nodes: Sequence[tuple[Node, Pointer]], truths: Truths) -> bool:
        """Whether the rule itself is true one way and false the other for one of the subjects."""
        root, _ = nodes[0]
        subjects = (each.subject_id for each in group if each.subject_id in truths)
        return any(self._online(each, root) != truths[each][0] for each in subjects)

    def _finding(
        self, group: Sequence[Disagreement], rule_id: RuleId, nodes: Sequence[tuple[Node, Pointer]], truths: Truths
    ) -> RuleFinding:
        head, features = group[0], sorted(self._features(group[0].segment_id))
        examples = (self._example(each, nodes, truths.get(each.subject_id)) for each in group[:MOST_EXAMPLES])
        return RuleFinding(head.segment_id, rule_id, head.against, len(group), tuple(features), tuple(examples))

    def _example(
        self, found: Disagreement, nodes: Sequence[tuple[Node, Pointer]], truths: Sequence[bool] | None
    ) -> Example:
        told, segment_id = self.sides[found.subject_id], found.segment_id
        one_way = [self._online(found.subject_id, node) for node, _ in nodes]
        other = [None] * len(nodes) if truths is None else truths
        listed = (
            NodeTruth(pointer, sentence(node), online, as_sql)
            for (node, pointer), online, as_sql in zip(nodes, one_way, other, strict=True)
        )
        then = None if told.calculated is None else segment_id in told.calculated.segments
        pseudonym = self.session.pseudonym(found.subject_id)
        inside = segment_id in told.online.segments, segment_id in told.sets.segments
        return Example(pseudonym, *inside, then, tuple(listed))

    def _online(self, subject_id: SubjectId, node: Node) -> bool:
        values, at = self.sides[subject_id].online.values, self.plan.audience.as_of
        return evaluate(node, values, at, self.plan.snapshot.membership)

    def _of_features(self, found: Sequence[Disagreement]) -> list[FeatureFinding]:
        read, differ = Counter[FeatureName](), Counter[FeatureName]()
        pairs = {(each.subject_id, each.against, name) for each in found for name in self._features(each.segment_id)}
        for subject_id, against, name in pairs:
            read[name] += 1
            differ[name] += self._value_differs(subject_id, against, name)
        found_of = [FeatureFinding(name, count, differ[name]) for name, count in read.items()]
        return sorted(found_of, key=_most_first)

    def _value_differs(self, subject_id: SubjectId, against: Against, name: FeatureName) -> bool:
        told = self.sides[subject_id]
        other = told.sets if against is Against.EVALUATION else told.calculated
        return other is not None and told.online.values.get(name) != other.values.get(name)

    def _features(self, segment_id: SegmentId) -> Collection[FeatureName]:
        return self._behind[segment_id] - {SUBJECT}

    @cached_property
    def _behind(self) -> Mapping[SegmentId, frozenset[FeatureName]]:
        return features_behind(self.plan.snapshot.membership)


def _group(found: Disagreement) -> tuple[str, str, bool]:
    return found.segment_id, found.against, found.is_first_match


def _order(found: Disagreement) -> tuple[tuple[str, str, bool], str]:
    return _group(found), found.subject_id


def _most_first(found: FeatureFinding) -> tuple[int, int, str]:
    return -found.values_differ, -found.subjects, found.feature
