"""The search: learn groups from some subjects, and measure them on the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import FeatureName, SubjectId
from tessella.domain.intervals import CONFIDENCE, wilson
from tessella.domain.rules.canonical import to_dsl
from tessella.domain.rules.sentence import sentence
from tessella.domain.segments.proposing.outcomes import After, Label, Outcome, outcomes
from tessella.domain.segments.proposing.paths import Path, members, rule_of
from tessella.domain.segments.proposing.proposals import Proposals, ProposedGroup, Remark
from tessella.domain.segments.proposing.questions import Mask
from tessella.domain.segments.proposing.search import Search
from tessella.domain.segments.proposing.table import LEARNING_PERCENT, Table, Told, table_of
from tessella.domain.segments.proposing.tree import Lesson, leaves

_NOTHING = After()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A group that is looked at: the end of a path, and what came of everybody."""

    path: Path
    outcome: Outcome


def find_groups(
    search: Search,
    known: Mapping[SubjectId, Told],
    after: Mapping[SubjectId, After],
    facts: Sequence[Feature],
) -> Proposals:
    """Groups that do something more often than all, by facts as of the cut.

    A tree for each outcome learns from 60 % of the subjects; its thresholds are rounded, and each leaf is measured on
    the other 40 % by the rule as it is written. A leaf is proposed when at least `min_support` subjects are in it and
    the Wilson interval of its rate lies above the rate of all; with m leaves its confidence is 1 - 0.05 / m
    (Bonferroni), so that where no group differs, nothing is proposed in 95 of 100 searches. Personal features are never
    used.
    """
    table = table_of(known, usable(facts), search.as_of, search.min_support)
    told = [after.get(subject, _NOTHING) for subject in table.subjects]
    differing = list(outcomes(told, search.min_support)) if _is_enough(search, table) else []
    examined = list(_leaves(search, table, differing))
    groups = [each for leaf in examined if (each := _measured(search, table, leaf, len(examined))) is not None]
    groups.sort(key=lambda each: (-each.lift, each.sentence))
    asked = tuple(dict.fromkeys(question.feature.name for question in table.questions))
    return Proposals(
        search.as_of, search.horizon_days, _remark(search, table, differing, groups), len(table.subjects),
        int(table.held_out.sum()), len(examined), asked, _left_out(facts, asked), tuple(groups),
    )  # fmt: skip


def usable(facts: Iterable[Feature]) -> list[Feature]:
    """The facts that may be asked about: those that are not personal. By name, for the same tree each time."""
    return sorted((each for each in facts if not each.personal), key=lambda each: each.name)


def _is_enough(search: Search, table: Table) -> bool:
    return bool(table.questions) and len(table.subjects) >= 2 * search.min_support


def _leaves(search: Search, table: Table, differing: Iterable[Outcome]) -> Iterator[Leaf]:
    learning = ~table.held_out
    smallest = ceil(search.min_support * LEARNING_PERCENT / 100)
    for outcome in differing:
        lesson = Lesson(table.questions, table.columns[learning], outcome.codes[learning], smallest)
        yield from (Leaf(path, outcome) for path in leaves(lesson) if path)


def _measured(search: Search, table: Table, leaf: Leaf, examined: int) -> ProposedGroup | None:
    there = members(leaf.path, table.questions, table.columns)
    code, label = _most_unusual(leaf.outcome, there, ~table.held_out)
    did = leaf.outcome.codes == code
    support, seen = int(there.sum()), there & table.held_out
    if label is None or support < search.min_support or not seen.any():
        return None
    trials, overall = int(seen.sum()), float(did[table.held_out].mean())
    rate, confidence = float(did[seen].mean()), 1 - (1 - CONFIDENCE) / examined
    interval = wilson(int(did[seen].sum()), trials, confidence)
    if overall == 0 or interval.low <= overall:
        return None
    rule = rule_of(leaf.path, table.questions)
    return ProposedGroup(
        label.behaviour, label.category, to_dsl(rule), sentence(rule), support, support / len(there), trials, rate,
        overall, rate / overall, interval, confidence,
    )  # fmt: skip


def _most_unusual(outcome: Outcome, there: Mask, learning: Mask) -> tuple[int, Label | None]:
    """What the group does more often than all, by the largest difference among those who were learnt from."""
    among = outcome.codes[there & learning]
    differences = {
        code: np.mean(among == code) - np.mean(outcome.codes[learning] == code)
        for code, label in enumerate(outcome.labels)
        if label is not None and len(among)
    }
    if not differences:
        return 0, None
    code = max(differences, key=lambda each: differences[each])
    return code, outcome.labels[code]


def _left_out(facts: Iterable[Feature], asked: Collection[FeatureName]) -> dict[FeatureName, str]:
    return {
        each.name: "it is personal data" if each.personal else "too few subjects had a value of it as of the cut"
        for each in facts
        if each.name not in asked
    }


def _remark(search: Search, table: Table, differing: Sequence[Outcome], groups: Sequence[ProposedGroup]) -> Remark:
    if groups:
        return Remark.FOUND
    if not table.questions:
        return Remark.NO_FEATURES
    if not _is_enough(search, table):
        return Remark.TOO_FEW_SUBJECTS
    return Remark.NO_GROUP_DIFFERS if differing else Remark.ALL_ALIKE
