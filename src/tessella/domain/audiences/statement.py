"""The statement that tells the bits of segments, a row a subject, in one scan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from tessella.domain.audiences.layout import SUBJECT, mask, word, words
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.sql import SetEvaluation, SqlExpression, nodes
from tessella.domain.rules.sql.layers import batches


@dataclass(frozen=True, slots=True)
class BitsEvaluation:
    """Segments whose bits are to be told, each at its position."""

    evaluation: SetEvaluation
    positions: Mapping[SegmentId, int]
    #: The features that the result has, and under which names.
    held: Mapping[FeatureName, str]
    #: The columns of bits that the relation has already: bits are added to them.
    given: Collection[str] = ()
    #: The columns of the relation that the result has too.
    passed: Sequence[str] = ()

    def batches(self, wanted: Iterable[SegmentId]) -> Iterator[tuple[SegmentId, ...]]:
        """`wanted` in runs that fit one statement each."""
        return batches(wanted, self.evaluation.segments)

    def sql(self, batch: Sequence[SegmentId]) -> str:
        """A row a subject: `subject_id`, the bits, the features. Raises `NotSqlCapable`."""
        layered = self.evaluation.layered(batch, held=self.held, kept=(*sorted(self.given), *self.passed))
        told: defaultdict[str, list[SqlExpression]] = defaultdict(list)
        for segment_id in batch:
            at = self.positions[segment_id]
            told[word(at)].append(_bit(nodes.column(layered.predicates.segment(segment_id)), mask(at)))
        columns = [nodes.column(each) for each in (SUBJECT, *self.passed)]
        columns += [exp.alias_(self._word(each, told[each]), each, quoted=True) for each in words(len(self.positions))]
        columns += [nodes.column(each) for each in self.held.values()]
        return self.evaluation.chained(layered.steps, columns)

    def _word(self, name: str, bits: Sequence[SqlExpression]) -> SqlExpression:
        """The bits that are given, and these. No bit is told twice, so that adding them sets them."""
        given = [nodes.column(name)] if name in self.given else [nodes.integer(0)]
        return reduce(lambda sum_, each: exp.Add(this=sum_, expression=each), bits, given[0])


def _bit(truth: SqlExpression, value: int) -> SqlExpression:
    return exp.Case(ifs=[exp.If(this=truth, true=nodes.integer(value))], default=nodes.integer(0))
