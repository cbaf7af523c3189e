"""What contexts of a training say, field by field, and how each field is read from then on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.clusters.fields import (
    CLOCK,
    HOURS,
    Amount,
    Field,
    Hours,
    Levels,
    is_amount,
    level_text,
)
from tessella.domain.identifiers import Json

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]

#: The field that is read as a point on the clock.
HOUR: Final = "hour"
#: All of these are read from one clock: that they are related says nothing.
OF_CLOCK: Final = frozenset({HOUR, "weekday", "is_weekend", "is_business_hours"})
#: What is left out where another field says the part of it that groups are made of.
_TOLD_BY: Final = {"weekday": "is_weekend"}
#: So many fields are looked at, those first that most contexts have.
_FIELDS_MAX: Final = 40
#: A field has so many levels of its own at most, and each has at least this share of the contexts.
_LEVELS_MAX: Final = 20
_LEAST_SHARE: Final = 0.01
#: A field with so many values for each context that has it names units: nothing is alike in it.
_NAMES_UNITS: Final = 0.9
#: Amounts and hours are related to other fields by so many parts.
_PARTS: Final = 4
_HOURS_OF_PART: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One field of many contexts."""

    field: Field
    values: Sequence[Json]
    #: A small number for each context: its level, or the part of the range that it is in.
    codes: Codes

    def points(self) -> Numbers:
        """Where each context lies in this field, shape (contexts, columns of the field)."""
        match self.field:
            case Levels():
                return np.array(self.field.points)[self.codes]
            case Hours():
                return np.array(self.field.points)[_cells(self.field, self.values)]
            case Amount():
                return np.array([self.field.point(value) for value in self.values])


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What can be learned from, and what cannot."""

    columns: tuple[Column, ...]
    #: The names of fields that name units.
    identifiers: tuple[str, ...]


def read_columns(contexts: Sequence[Mapping[str, Json]]) -> Columns:
    """The fields of some contexts, by name. Those that are the same everywhere are left out."""
    values = {name: [context.get(name) for context in contexts] for name in _names(contexts)}
    texts = {name: [level_text(value) for value in each] for name, each in values.items()}
    identifiers = tuple(name for name, each in texts.items() if _names_units(each))
    kept = (_column(name, each, texts[name]) for name, each in values.items() if name not in identifiers)
    return Columns(tuple(each for each in kept if each is not None), identifiers)


def _names(contexts: Sequence[Mapping[str, Json]]) -> list[str]:
    counts = Counter(name for context in contexts for name in context)
    usual = sorted(counts, key=lambda name: (-counts[name], name))[:_FIELDS_MAX]
    return sorted(name for name in usual if _TOLD_BY.get(name) not in counts)


def _names_units(texts: Sequence[str | None]) -> bool:
    """Numbers with a fraction are measures, whatever there are of them."""
    known = [text for text in texts if text is not None]
    return len(known) > 1 and len(set(known)) > _NAMES_UNITS * len(known)


def _column(name: str, values: Sequence[Json], texts: Sequence[str | None]) -> Column | None:
    known = [value for value in values if value is not None]
    if name == HOUR:
        column = _hours(name, values)
    elif known and all(map(is_amount, known)):
        column = _amount(name, values, known)
    else:
        column = _levels(name, values, texts)
    return column if column.codes.min() < column.codes.max() else None


def _levels(name: str, values: Sequence[Json], texts: Sequence[str | None]) -> Column:
    counts = Counter(text for text in texts if text is not None)
    usual = [text for text, count in counts.items() if count >= _LEAST_SHARE * len(values)]
    chosen = sorted(sorted(usual, key=lambda text: (-counts[text], text))[:_LEVELS_MAX])
    places: dict[str | None, int] = {text: place for place, text in enumerate(chosen, 1)}
    codes = np.fromiter((places.get(text, 0) for text in texts), np.int64, len(texts))
    return Column(Levels(name, tuple(chosen)), values, codes)


def _hours(name: str, values: Sequence[Json]) -> Column:
    cells = _cells(Hours(name, (0.0, 0.0)), values)
    known = cells[cells < HOURS]
    east, north = np.array(CLOCK)[known].mean(axis=0) if len(known) else (0.0, 0.0)
    return Column(Hours(name, (float(east), float(north))), values, cells // _HOURS_OF_PART)


def _cells(field: Hours, values: Sequence[Json]) -> Codes:
    return np.fromiter(map(field.cell, values), np.int64, len(values))


def _amount(name: str, values: Sequence[Json], known: Sequence[Json]) -> Column:
    """By the middle 98 of 100: a few that are far off say nothing of how far units lie apart."""
    numbers = np.array(known, np.float64)
    middle = np.clip(numbers, *np.quantile(numbers, (0.01, 0.99)))
    field = Amount(name, float(middle.mean()), float(middle.std()) or 1.0)
    every = np.array([value if is_amount(value) else np.nan for value in values], np.float64)
    bounds = np.unique(np.quantile(numbers, np.arange(1, _PARTS) / _PARTS))
    parts = np.searchsorted(bounds, every, side="left")
    return Column(field, values, np.where(np.isnan(every), _PARTS, parts))
