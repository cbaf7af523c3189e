"""Who is asked about, what is sent, and what the right answer is: 200 segments of six predicates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from benchmarks.decide_http_workload import context_of, definitions, facts_of, load, subject_id
from benchmarks.match_workload import NOW_US
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Json, Namespace
from tessella.ports import Session
from tessella.sdk.engine import Engine
from tessella.usecases import add_facts, apply_definitions
from tessella.usecases.add_facts import SubjectValues

NAMESPACE: Final = Namespace("faults")
SUBJECTS: Final = 320
#: Rules speak of days since something, so that every request names the same moment.
_AT: Final = iso(NOW_US)


@dataclass(frozen=True, slots=True)
class Expected:
    """The right segments of one subject."""

    with_facts: str
    #: While the database is away, of a subject who is not in memory.
    without_facts: str


async def define(session: Session) -> None:
    """Store the definitions, and the facts of every subject."""
    await apply_definitions(session, definitions())
    await add_facts(session, [SubjectValues(subject_id(i), facts_of(load().contexts[i])) for i in range(SUBJECTS)])


def question(subject: int) -> bytes:
    """The body that asks for a decision."""
    asked = {"subject_id": subject_id(subject), "context": context_of(load().contexts[subject]), "at": _AT}
    return json.dumps(asked).encode()


def event(event_id: str, subject: int, decision_id: str | None) -> bytes:
    """The body of one event: a click on what a decision showed, or a plain view."""
    told: dict[str, Json] = {"event_id": event_id, "subject_id": subject_id(subject), "occurred_at": _AT}
    kind: dict[str, Json] = {"event_type": "view"}
    if decision_id is not None:
        kind = {"event_type": "click", "decision_id": decision_id}
    return json.dumps({"events": [told | kind]}).encode()


@cache
def expected(subject: int) -> Expected:
    """The right answers, from the definitions themselves and without a server."""
    context = load().contexts[subject]
    request = context_of(context)
    return Expected(_segment(subject, {**request, **facts_of(context)}), _segment(subject, request))


def _segment(subject: int, context: dict[str, Any]) -> str:
    return _engine().decide(context, subject_id=subject_id(subject), now=NOW_US).segment_id


@cache
def _engine() -> Engine:
    return Engine.of(definitions())
