"""Who has entered and left which segment between two calculations, as one DuckDB statement over the rows of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import BITS, SUBJECT, mask, masks_of, word
from tessella.domain.audiences.membership import Cause
from tessella.domain.features.duckdb_values import literal


@dataclass(frozen=True, slots=True)
class Comparison:
    """A calculation and the one before it."""

    before: Audience
    after: Audience

    def causes(self) -> dict[int, Cause]:
        """Of each segment that both know, by its position after: what has changed of it is due to its rules or not.

        A segment that is new to the calculation has nothing to be compared with.
        """
        known = {each.segment_id: each.fingerprint for each in self.before.segments}
        return {
            at: Cause.DATA if known[each.segment_id] == each.fingerprint else Cause.DEFINITION
            for at, each in enumerate(self.after.segments)
            if each.segment_id in known
        }

    def sql(self, before: str, after: str) -> str | None:
        """A row a change: segment_id, subject_id, whether the subject has entered, the cause. None: nothing to compare.

        `before` and `after` are SELECTs of the rows of both; a subject who is missing is in no segment.
        """
        causes = self.causes()
        if not causes:
            return None
        compared = masks_of(causes)
        columns = "".join(
            f", coalesce(b.{each}, 0) & {bits} AS b_{each}, coalesce(a.{each}, 0) & {bits} AS a_{each}"
            for each, bits in compared.items()
        )
        differs = " OR ".join(f"b_{each} <> a_{each}" for each in compared)
        changes = "\nUNION ALL ".join(map(_changed_in, compared))
        return (
            f"WITH b AS (SELECT {SUBJECT}, {self._as_after(compared)} FROM ({before})),\n"
            f"a AS (SELECT {SUBJECT}, {', '.join(compared)} FROM ({after})),\n"
            f"compared AS (SELECT {SUBJECT}{columns} FROM b FULL JOIN a USING ({SUBJECT})),\n"
            f"differing AS (SELECT * FROM compared WHERE {differs}),\n"
            f"changed AS ({changes})\n"
            f"SELECT {_listed(self._ids())} AS segment_id, {SUBJECT}, entered, {_listed(_texts(causes))} AS cause"
            f" FROM changed ORDER BY segment_id, entered, {SUBJECT}"
        )

    def _as_after(self, compared: Mapping[str, int]) -> str:
        """The words before with each bit where it is after; most often nothing has moved."""
        before = {each.segment_id: at for at, each in enumerate(self.before.segments)}
        moved: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for at, each in enumerate(self.after.segments):
            if each.segment_id in before:
                moved[word(at)].append((before[each.segment_id], at))
        return ", ".join(f"{_moved(moved[each])} AS {each}" for each in compared)

    def _ids(self) -> dict[int, str]:
        return {at: each.segment_id for at, each in enumerate(self.after.segments)}


def _moved(pairs: list[tuple[int, int]]) -> str:
    """A word of bits that were at the first position of each pair and are at the second."""
    if all(was == at for was, at in pairs):
        return word(pairs[0][1])
    return " + ".join(f"CASE WHEN {word(was)} & {mask(was)} <> 0 THEN {mask(at)} ELSE 0 END" for was, at in pairs)


def _changed_in(name: str) -> str:
    first = int(name.removeprefix("w")) * BITS
    return (
        f"SELECT {SUBJECT}, {first} + bit AS position, (a_{name} >> bit) & 1 = 1 AS entered"
        f" FROM differing, range({BITS}) AS bits (bit) WHERE (xor(a_{name}, b_{name}) >> bit) & 1 = 1"
    )


def _texts(causes: Mapping[int, Cause]) -> dict[int, str]:
    return {at: str(each) for at, each in causes.items()}


def _listed(texts: Mapping[int, str]) -> str:
    """The text at the position of a row."""
    listed = (literal(texts.get(at, "")) for at in range(max(texts) + 1))
    return f"[{', '.join(listed)}][position + 1]"
