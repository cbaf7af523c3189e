"""Check the chains of an audit, row by row, and name what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from enum import StrEnum

import msgspec

from tessella.domain.identifiers import DecisionId
from tessella.domain.privacy.audit_chain import (
    GENESIS,
    NOBODY,
    AuditColumns,
    AuditExtent,
    AuditHead,
    cut_message,
    head_message,
    row_message,
    seal_message,
)

#: HMAC-SHA256 under the audit's key.
Mac = Callable[[bytes], bytes]


class Problem(StrEnum):
    """What can be wrong with an audit."""

    ALTERED = "altered"
    MISSING = "missing"
    HEAD_ALTERED = "head_altered"
    HEAD_MISSING = "head_missing"
    WRITER_MISSING = "writer_missing"
    UNCHAINED = "unchained"


class AuditLink(msgspec.Struct, frozen=True):
    """A row as it is stored, with the hash that it was given."""

    columns: AuditColumns
    body: bytes
    hash: bytes
    #: Of a row that had to be changed.
    seal: bytes | None = None


class AuditFault(msgspec.Struct, frozen=True):
    """One thing that does not fit."""

    problem: Problem
    writer: str
    sequence: int
    #: None where no row is left that could tell.
    decision_id: DecisionId | None
    text: str


def sealed(link: AuditLink, previous: bytes, mac: Mac) -> bytes:
    """The seal of a changed row, which keeps the hash that it was written with; `previous` is the hash before it."""
    return mac(seal_message(previous, link.hash, link.columns, link.body))


def fits(link: AuditLink, previous: bytes, mac: Mac) -> bool:
    """Whether a row is as it was written, or as it was changed with the key at hand."""
    if link.seal is None:
        return mac(row_message(previous, link.columns, link.body)) == link.hash
    return sealed(link, previous, mac) == link.seal


class ChainCheck:
    """The chain of one writer, whose rows are taken in order."""

    def __init__(self, writer: str, head: AuditHead | None, mac: Mac) -> None:
        self.writer = writer
        self.last: AuditColumns | None = None
        self._head = head
        self._mac = mac
        self._sequence = 0 if head is None else head.cut
        #: The first row, where it is not the first that was expected.
        self._begins_late: AuditColumns | None = None
        #: What the next row may follow: the hash that the last one has, and the one that it ought to have.
        self._previous = (GENESIS, GENESIS) if head is None else (head.cut_hash, head.cut_hash)

    def take(self, link: AuditLink) -> Iterator[AuditFault]:
        """The faults of the next row."""
        columns = link.columns
        expected = self._sequence + 1
        computed = [self._computed(previous, link) for previous in dict.fromkeys(self._previous)]
        if columns.sequence != expected and self.last is None:
            self._begins_late = columns
        elif columns.sequence != expected:
            yield self._missing(expected, columns.sequence - 1, columns.decision_id)
        elif link.hash not in computed:
            text = "The row does not fit its hash: it was altered, moved or put in."
            yield AuditFault(Problem.ALTERED, self.writer, columns.sequence, columns.decision_id, text)
        if self._head is not None and columns.sequence == self._head.sequence:
            yield from self._check_seal(self._head, link)
        self.last, self._sequence = columns, columns.sequence
        self._previous = (link.hash, computed[0])

    def finish(self, now: AuditHead | None) -> Iterator[AuditFault]:
        """The faults of the chain's end, and of its beginning, which may have been cut meanwhile: so `now` says."""
        cut = 0 if self._head is None else self._head.cut
        late = self._begins_late
        if late is not None and (now is None or now.cut != late.sequence - 1):
            yield self._missing(cut + 1, late.sequence - 1, late.decision_id)
        head = now or self._head
        if head is not None and head.cut:
            yield from self._check_cut(head)
        if self._head is not None and self._sequence < self._head.sequence:
            yield self._missing(self._sequence + 1, self._head.sequence, None)

    def _computed(self, previous: bytes, link: AuditLink) -> bytes:
        """The hash that a row ought to have: its own where it was changed and fits its seal."""
        if link.seal is None:
            return self._mac(row_message(previous, link.columns, link.body))
        return link.hash if sealed(link, previous, self._mac) == link.seal else b""

    def _check_cut(self, head: AuditHead) -> Iterator[AuditFault]:
        message = cut_message(head.namespace, head.writer, head.cut, head.cut_hash)
        if self._mac(message) != head.cut_seal:
            text = "Rows are missing at the beginning, and the cut does not fit its seal."
            yield AuditFault(Problem.HEAD_ALTERED, self.writer, head.cut, None, text)

    def _check_seal(self, head: AuditHead, link: AuditLink) -> Iterator[AuditFault]:
        message = head_message(head.namespace, head.writer, head.sequence, link.hash, head.follows)
        if self._mac(message) != head.seal:
            text = "The head of the chain does not fit its seal: it was altered or set back."
            yield AuditFault(Problem.HEAD_ALTERED, self.writer, head.sequence, link.columns.decision_id, text)

    def _missing(self, first: int, last: int, before: DecisionId | None) -> AuditFault:
        where = "at the end" if before is None else f"before decision {before}"
        text = f"Rows {first} to {last} are missing, {where}." if last > first else f"Row {first} is missing, {where}."
        return AuditFault(Problem.MISSING, self.writer, first, before, text)


class AuditCheck:
    """All chains of a namespace."""

    def __init__(self, extent: AuditExtent, mac: Mac) -> None:
        self._extent = extent
        self._mac = mac
        chained = (head for head in extent.heads if head.writer != NOBODY)
        self._chains = {head.writer: ChainCheck(head.writer, head, mac) for head in chained}

    @property
    def writers(self) -> int:
        """How many there are, by their heads or their rows."""
        return len(self._chains)

    def take(self, link: AuditLink) -> Iterator[AuditFault]:
        """The faults of the next row; those of one writer come in the order of their sequence."""
        writer = link.columns.writer
        chain = self._chains.get(writer)
        if chain is None:
            chain = self._chains[writer] = ChainCheck(writer, None, self._mac)
        yield from chain.take(link)

    def finish(self, now: AuditExtent) -> Iterator[AuditFault]:
        """The faults that only the end shows; `now` has the heads of the writers who began meanwhile."""
        heads = {head.writer: head for head in now.heads}
        for chain in self._chains.values():
            yield from chain.finish(heads.get(chain.writer))
        yield from self._headless({head.writer for head in (*self._extent.heads, *now.heads)})
        yield from self._lost()
        yield from self._unchained()

    def _headless(self, known: Set[str]) -> Iterator[AuditFault]:
        text = "The writer has rows and no head: where they end cannot be told."
        for writer in self._chains.keys() - known:
            last = self._chains[writer].last
            assert last is not None, "a chain without a head began with a row"
            yield AuditFault(Problem.HEAD_MISSING, writer, last.sequence, last.decision_id, text)

    def _lost(self) -> Iterator[AuditFault]:
        known = {head.writer for head in self._extent.heads} | self._chains.keys()
        followed = {(writer, head.writer) for head in self._extent.heads for writer in head.follows}
        for writer, by in sorted(each for each in followed if each[0] not in known):
            text = f"Nothing is left of this writer, whom writer {by} followed."
            yield AuditFault(Problem.WRITER_MISSING, writer, 0, None, text)

    def _unchained(self) -> Iterator[AuditFault]:
        rows = self._extent.unchained_rows
        then = next((head.sequence for head in self._extent.heads if head.writer == NOBODY), 0)
        if rows != then:
            text = f"{rows} rows have no writer; there were {then} when the chains began."
            yield AuditFault(Problem.UNCHAINED, NOBODY, rows, None, text)
