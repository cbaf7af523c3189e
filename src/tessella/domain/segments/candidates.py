"""The index: which rules can be true of a request's values, before any of them is tried."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName
from tessella.domain.rules.compile import SlotOf
from tessella.domain.rules.compiler import CHUNK
from tessella.domain.rules.necessary import Needs
from tessella.domain.steps import Steps

#: A set of rules: bit i stands for the i-th rule in the order of trial.
Mask = int
#: The places of the rules that need one of some values, by value.
Places = dict[Value, list[int]]

#: Beyond so many values of one feature, values share masks. It bounds a feature's memory at `MAX_MASKS` bits a rule,
#: and makes a few candidates of rules that cannot match.
MAX_MASKS: Final = 1_024
#: A rule with a longer list of values is tried whatever the value is: indexing it would take longer than it saves.
MAX_VALUES: Final = 1_000
WORD_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Lookup:
    """For one feature: the rules that its value leaves possible."""

    slot: int
    #: The rules that each value leaves possible.
    of_value: Mapping[Value | None, Mask]
    #: The rules that a value which no rule names, or an absent one, leaves possible: those that need none.
    otherwise: Mask


class CandidateIndex:
    """Says which rules a request's values leave possible: those whose needs they meet."""

    __slots__ = ("_bits", "_lookups", "_possible")

    def __init__(self, possible: Mask, lookups: Iterable[Lookup], rule_count: int) -> None:
        """Of `rule_count` rules, those in `possible` are true of something."""
        self._possible = possible
        self._lookups = tuple((each.slot, each.of_value.get, each.otherwise) for each in lookups)
        self._bits = struct.Struct(f"<{-(-rule_count // WORD_BITS)}Q")

    def candidates(self, slots: Sequence[Any]) -> Mask:
        """The rules that are worth trying on the loaded values."""
        mask = self._possible
        for slot, mask_of, otherwise in self._lookups:
            mask &= mask_of(slots[slot], otherwise)
        return mask

    def words(self, mask: Mask) -> tuple[int, ...]:
        """The mask in pieces of `WORD_BITS`, the first rules first: quicker to walk than one long number."""
        return self._bits.unpack(mask.to_bytes(self._bits.size, "little"))


def index_steps(needs: Sequence[Needs], slots: SlotOf) -> Steps[CandidateIndex]:
    """Build the index of rules with these needs, in the order of trial, pausing now and then."""
    places: defaultdict[FeatureName, Places] = defaultdict(dict)
    for place, need in enumerate(needs):
        for feature, values in (need or {}).items():
            if len(values) <= MAX_VALUES:
                _note(places[feature], values, place)
        if place % CHUNK == CHUNK - 1:
            yield
    possible = _mask((place for place, need in enumerate(needs) if need is not None), len(needs))
    lookups: list[Lookup] = []
    for feature, of_feature in places.items():
        lookups.append(_lookup(slots[feature], of_feature, possible, len(needs)))
        yield
    return CandidateIndex(possible, lookups, len(needs))


def _note(places: Places, values: Iterable[Value], place: int) -> None:
    for value in values:
        places.setdefault(value, []).append(place)


def _lookup(slot: int, places: Places, possible: Mask, rule_count: int) -> Lookup:
    groups: list[list[int]] = [[] for _ in range(min(len(places), MAX_MASKS))]
    for i, of_value in enumerate(places.values()):
        groups[i % MAX_MASKS] += of_value
    masks = [_mask(group, rule_count) for group in groups]
    needing = _mask((place for group in groups for place in group), rule_count)
    otherwise = possible & ~needing
    shared = [mask | otherwise for mask in masks]
    return Lookup(slot, {value: shared[i % MAX_MASKS] for i, value in enumerate(places)}, otherwise)


def _mask(places: Iterable[int], rule_count: int) -> Mask:
    bits = bytearray(-(-rule_count // 8))
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")
