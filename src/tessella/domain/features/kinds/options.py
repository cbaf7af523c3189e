"""The options of a feature kind, read from the `kind` mapping of a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import FIELDS, FieldReading, field_named
from tessella.domain.features.types import FeatureType
from tessella.domain.features.where import Where, parse_where
from tessella.domain.features.windows import MAX_WINDOW_DAYS, Window
from tessella.domain.identifiers import Json, Pointer, point

#: The options that every kind takes.
SELECTION: Final[tuple[str, ...]] = ("event_type", "window_days", "where")
MAX_NAME: Final = 128


@dataclass(frozen=True, slots=True)
class Options:
    """What is written, and where. Every method raises `WrongShape` with the pointer of the option that is wrong."""

    written: Mapping[str, Json]
    at: Pointer

    def selection(self) -> Selection:
        """`event_type`, `window_days` and `where`, none of which has to be there."""
        where = self.written.get("where")
        return Selection(self._event_type(), self._window(), None if where is None else self.where())

    def unconditional_selection(self) -> Selection:
        """`event_type` and `window_days`."""
        return Selection(self._event_type(), self._window())

    def where(self) -> Where:
        """The condition, which has to be there."""
        if self.written.get("where") is None:
            raise WrongShape(self._at("where"), "A condition is missing.", 'Such as {"gt": ["event.value", 0]}.')
        return parse_where(self.written["where"], self._at("where"))

    def has(self, option: str) -> bool:
        """Whether an option is written that does not have to be."""
        return self.written.get(option) is not None

    def other_type(self, option: str) -> str:
        """A type of events besides `event_type`, which has to be there."""
        name = self._name(option)
        if name is None:
            raise WrongShape(self._at(option), "A type of events is missing.", 'Such as "content_started".')
        return name

    def number(self) -> FieldReading:
        """`field` as a number."""
        return self._reading(FeatureType.NUMBER, "value or a property")

    def text(self) -> FieldReading:
        """`field` as text."""
        return self._reading(FeatureType.STRING, "item_id, event_type or a property")

    def _reading(self, kind: FeatureType, choice: str) -> FieldReading:
        name = self._name("field")
        if name is None:
            raise WrongShape(self._at("field"), f"A field is missing: {choice}.")
        reading = FieldReading(field_named(name), kind)
        held = FIELDS.get(reading.field, kind)
        if held is not kind:
            raise WrongShape(self._at("field"), f'"{name}" is a {held}, and this needs a {kind}: {choice}.')
        return reading

    def _event_type(self) -> str | None:
        return self._name("event_type")

    def _name(self, option: str) -> str | None:
        name = self.written.get(option)
        if name is None:
            return None
        if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME or "\0" in name:
            raise WrongShape(self._at(option), f"{option} is text of 1 to {MAX_NAME} characters.")
        return name

    def _window(self) -> Window:
        days = self.written.get("window_days")
        if days is not None and (type(days) is not int or not 1 <= days <= MAX_WINDOW_DAYS):
            raise WrongShape(
                self._at("window_days"),
                f"A window is 1 to {MAX_WINDOW_DAYS} whole days.",
                "Leave it out to take all events.",
            )
        return Window(days)

    def _at(self, option: str) -> Pointer:
        return point(self.at, option)
