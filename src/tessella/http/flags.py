"""A decision as flags: what was chosen, each knob of the configuration, and whether a segment is the chosen one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tessella.domain.decisions import Decision
from tessella.domain.identifiers import DEFAULT_SEGMENT, Json, Role
from tessella.domain.ranking.knobs import KNOBS
from tessella.domain.snapshot import Snapshot
from tessella.http.schemas.ofrep import FlagShown
from tessella.http.shown.decisions import WITHOUT_REASONS

KNOB: Final = "profile."
SEGMENT: Final = "segment."
#: Layers that hold whoever asks.
_STATIC: Final = frozenset({"built_in", "env", "namespace"})


def flag_keys(snapshot: Snapshot) -> Iterator[str]:
    """The keys of all flags of a namespace."""
    yield from ("segment", "profile", "config")
    yield from (f"{KNOB}{name}" for name in KNOBS)
    yield from (f"{SEGMENT}{name}" for name in snapshot.definitions.segments)


def flag(key: str, decision: Decision, role: Role) -> FlagShown:
    """One flag of a decision; `key` is one of `flag_keys`."""
    told = metadata(decision, role)
    variant = decision.profile_id or decision.segment_id
    if key.startswith(KNOB):
        name = key.removeprefix(KNOB)
        layer = decision.provenance[name]
        reason = "STATIC" if layer in _STATIC else _reason(decision)
        return FlagShown(key, reason, layer if layer in _STATIC else variant, told, decision.config[name])
    if key.startswith(SEGMENT):
        is_chosen = key.removeprefix(SEGMENT) == decision.segment_id
        return FlagShown(key, _reason(decision), "on" if is_chosen else "off", told, is_chosen)
    if key == "config":
        return FlagShown(key, _reason(decision), variant, told, decision.config)
    if key == "segment":
        return FlagShown(key, _reason(decision), decision.segment_id, told, decision.segment_id)
    if decision.profile_id is None:  # no value: the caller's own default is to be used
        return FlagShown(key, _reason(decision), "none", told)
    return FlagShown(key, _reason(decision), decision.profile_id, told, decision.profile_id)


def metadata(decision: Decision, role: Role) -> Mapping[str, Json]:
    """What finds the decision again. Client and reader do not learn the rule."""
    told: dict[str, Json] = {"decision_id": decision.decision_id, "snapshot_version": decision.snapshot_version}
    if decision.rule_id is not None and role not in WITHOUT_REASONS:
        told["rule_id"] = decision.rule_id
    return told


def _reason(decision: Decision) -> str:
    """The protocol knows no reason DEFAULT: what is left when no rule matched is STATIC."""
    return "STATIC" if decision.segment_id == DEFAULT_SEGMENT else "TARGETING_MATCH"
