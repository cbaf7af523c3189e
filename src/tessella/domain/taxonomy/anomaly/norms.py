"""What is ordinary in a game: learned from days of the players that a calibration saw, and kept beside the taxonomy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Json
from tessella.domain.one_thread import one_thread
from tessella.domain.taxonomy.anomaly.cells import Cell, cell_of
from tessella.domain.taxonomy.anomaly.displacement import Spread, displaced, judged
from tessella.domain.taxonomy.anomaly.frame import WHOLE, Frame
from tessella.domain.taxonomy.anomaly.placing import placed
from tessella.domain.taxonomy.anomaly.spreading import strengths_of, with_whitening
from tessella.domain.taxonomy.anomaly.windows import MOST_DAYS, ends_of, known_of, windows_of
from tessella.domain.taxonomy.baselines import Array, Seen
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tessella.domain.taxonomy.written import array_of, list_of
from tessella.domain.typed import convert

#: Windows of single days, and of several, in each context that norms are told from.
_MOST: Final = 20_000
_MOST_OF_SEVERAL: Final = 8_000
#: Windows that are looked at together, so that memory stays flat.
_BLOCK: Final = 2_000

#: By axis, in the order of the taxonomy, and of all axes at last.
Cells = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Norms:
    """What `detected` compares days with. It belongs to one version of one taxonomy."""

    version: int
    spread: Spread
    #: By number of days less 1, and by context; after the contexts, all of them together.
    cells: tuple[tuple[Cells, ...], ...]


def norms_of(taxonomy: GameBehavioralTaxonomy, seen: Seen) -> Norms:
    """Norms from the days that `seen` holds of its players. Every day is judged as an answer judges it.

    A day is taken out of its player's sums before it is judged, and judged by a scale that the other half of the
    players gave. So the scores of ordinary days that are asked for later are exchangeable with these, as far as time
    changes nothing.
    """
    with one_thread():
        frame = Frame.of(taxonomy)
        strengths = strengths_of(frame, seen)
        rows = ends_of(seen, 1, _MOST)
        first = seen.day_player[rows[:, 0]] % 2 == 0
        halves = [_whitened(frame, strengths, seen, rows[half]) for half in (~first, first)]
        spread = _whitened(frame, strengths, seen, rows)
        cells = tuple(_cells(frame, halves, seen, days) for days in range(1, MOST_DAYS + 1))
        return Norms(taxonomy.version, spread, cells)


def written_norms(norms: Norms) -> Json:
    """The JSON form, which reads back to the last bit. Raises `ValueError` for NaN and infinity."""
    return msgspec.to_builtins(norms, enc_hook=list_of)


def read_norms(written: Json) -> Norms:
    """The norms of a JSON form. Raises `WrongShape`."""
    try:
        return convert(written, Norms, dec_hook=array_of)
    except msgspec.ValidationError as error:
        raise WrongShape("", f"These are no norms of anomalies: {error}", "Calibrate the game again.") from error


def _whitened(frame: Frame, strengths: Spread, seen: Seen, rows: NDArray[np.int64]) -> Spread:
    return with_whitening(frame, strengths, windows_of(frame, seen, rows), seen.day_context[rows[:, 0]].astype(np.intp))


def _cells(frame: Frame, halves: list[Spread], seen: Seen, days: int) -> tuple[Cells, ...]:
    rows = ends_of(seen, days, _MOST if days == 1 else _MOST_OF_SEVERAL)
    scores = np.empty((frame.axes, len(rows)))
    half = seen.day_player[rows[:, 0]] % 2
    for at, spread in enumerate(halves):
        for block in _blocks(np.flatnonzero(half == at)):
            scores[:, block] = _scores(frame, spread, seen, rows[block]).T
    contexts = seen.day_context[rows[:, -1]]
    return tuple(_of_all(scores[:, contexts == at] if at < WHOLE else scores) for at in range(WHOLE + 1))


def _blocks(places: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    for begin in range(0, len(places), _BLOCK):
        yield places[begin : begin + _BLOCK]


def _scores(frame: Frame, spread: Spread, seen: Seen, rows: NDArray[np.int64]) -> Array:
    windows = windows_of(frame, seen, rows)
    known = known_of(frame, windows.counts, windows.sums)
    return displaced(frame, spread, windows, placed(frame, known), judged(frame, windows, known)).distances


def _of_all(scores: Array) -> Cells:
    """The cells of each axis, and that of the greatest surprise on any."""
    cells = [cell_of(each) for each in scores]
    surprises = [cell.surprises(each) for cell, each in zip(cells, scores, strict=True)]
    return (*cells, cell_of(np.max(surprises, axis=0)))
