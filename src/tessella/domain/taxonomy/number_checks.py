"""The numbers of a game, and its migration: each within the range where it means something. NaN is in none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from tessella.domain.errors import TessellaError, WrongShape, shown
from tessella.domain.identifiers import Pointer, point
from tessella.domain.taxonomy.game import Anomalies, Game, Legacy, UniversalAxis
from tessella.domain.taxonomy.names import NAME_MAX_LENGTH, is_axis_name

MOST_ALPHA: Final = 0.2
#: Of thresholds and sensitivities: one divided by the other is finite.
LEAST_FACTOR: Final = 0.001
MOST_FACTOR: Final = 1000.0
MOST_TIMEOUT_MS: Final = 60_000
_MOST_LETTERS: Final = 2048


def number_faults(game: Game, at: Pointer) -> Iterator[TessellaError]:
    """Each number that means nothing, each axis that there cannot be, and a legacy system that cannot be asked."""
    yield from _anomaly_faults(game.anomalies, point(at, "anomalies"))
    yield from _named_faults(game, point(at, "anomalies"))
    if game.rollout.legacy is not None:
        yield from _legacy_faults(game.rollout.legacy, point(at, "rollout", "legacy"))


def _anomaly_faults(anomalies: Anomalies, at: Pointer) -> Iterator[TessellaError]:
    if not 0 < anomalies.alpha <= MOST_ALPHA:
        problem = f"alpha is above 0 and at most {MOST_ALPHA:g}: the share of ordinary days that is flagged."
        yield WrongShape(point(at, "alpha"), problem, "Such as 0.01: a day of a hundred.")
    for field, factors in (("thresholds", anomalies.thresholds), ("sensitivity", anomalies.sensitivity)):
        for name, factor in factors.items():
            if not LEAST_FACTOR <= factor <= MOST_FACTOR:
                problem = f"It is {LEAST_FACTOR:g} to {MOST_FACTOR:g}, not {shown(factor)}."
                yield WrongShape(point(at, field, name), problem, "Such as 1.")


def _named_faults(game: Game, at: Pointer) -> Iterator[TessellaError]:
    """An axis of the game's own is known when it is found: it can have any name that an axis may have."""
    named = [(point(at, "sensitivity", name), name) for name in game.anomalies.sensitivity]
    if game.anomalies.critical_axes != Anomalies().critical_axes:
        critical = enumerate(game.anomalies.critical_axes)
        named += [(point(at, "critical_axes", index), name) for index, name in critical]
    for where, name in named:
        if not is_axis_name(name):
            problem = f"An axis is called by 1 to {NAME_MAX_LENGTH} small letters, digits, _ and -, a letter first."
            yield WrongShape(where, problem, f'Such as "{UniversalAxis.MONETIZATION}".')
        elif name in list(UniversalAxis) and name not in game.axes:
            hint = f"It has {', '.join(game.axes)}."
            yield WrongShape(where, f"The game has no axis {shown(name)}.", hint if game.axes else "")


def _legacy_faults(legacy: Legacy, at: Pointer) -> Iterator[TessellaError]:
    if legacy.url and not _is_url(legacy.url):
        problem = "This is no absolute URL with https or http, without a user and a password."
        yield WrongShape(point(at, "url"), problem, 'Such as "https://legacy.example.com/categorize".')
    if not 1 <= legacy.timeout_ms <= MOST_TIMEOUT_MS:
        problem = f"timeout_ms is 1 to {MOST_TIMEOUT_MS}: a minute."
        yield WrongShape(point(at, "timeout_ms"), problem, "Such as 500.")


def _is_url(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > _MOST_LETTERS:
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
