"""Rules that fail while they are evaluated: each is logged once a minute, however many requests it concerns."""

from __future__ import annotations

import re
from time import monotonic
from typing import Final

from tessella.domain.decisions import Reason
from tessella.domain.identifiers import Json, Namespace
from tessella.logs import get_logger

_AGAIN_SECONDS: Final = 60.0
_MOST_RULES: Final = 10_000
#: The class of the error. Its text may hold a value.
_CAUSE: Final = re.compile(r": (\w+): ")
_LOG: Final = get_logger(__name__)


class RuleErrorLog:
    """Which rules were logged, and when."""

    def __init__(self) -> None:
        self._logged_at: dict[tuple[Namespace, Json, Json], float] = {}

    def note(self, namespace: Namespace, reason: Reason) -> None:
        """A decision came to the default because a rule failed."""
        segment_id, rule_id = reason.detail["segment_id"], reason.detail["rule_id"]
        if not self._is_due((namespace, segment_id, rule_id)):
            return
        found = _CAUSE.search(reason.text)
        cause = found[1] if found else "unknown"
        _LOG.error("rule_failed", namespace=namespace, segment_id=segment_id, rule_id=rule_id, cause=cause)

    def _is_due(self, rule: tuple[Namespace, Json, Json]) -> bool:
        now = monotonic()
        if now - self._logged_at.get(rule, -_AGAIN_SECONDS) < _AGAIN_SECONDS:
            return False
        if len(self._logged_at) >= _MOST_RULES:
            self._logged_at.clear()
        self._logged_at[rule] = now
        return True
