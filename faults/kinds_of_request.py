"""One request of every kind that the API has, each valid, so that it gets as far as the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from faults.connection import Connection
from faults.workload import event, question

_RULE: Final = {"eq": ["ctx.surface", "home"]}
_SEGMENT: Final = {"profile_id": "profile-0", "priority": 1, "rules": [{"rule_id": "rule", "expr": _RULE}]}
_ASKED: Final = json.loads(question(0))
#: What stands in a path in place of a parameter.
_NAMES: Final[Mapping[str, str]] = {
    "segment_id": "segment_0",
    "profile_id": "profile-0",
    "name": "user.tier",
    "subject_id": "subject-0",
    "kind": "segment",
    "identifier": "segment_0",
    "version": "1",
    "decision_id": "01900000-0000-7000-8000-000000000000",
    "run_id": "01900000-0000-7000-8000-000000000000",
}
_QUERIES: Final[Mapping[str, str]] = {"/api/v1/diff": "?from=1&to=1"}
_BODIES: Final[Mapping[str, Any]] = {
    "POST /api/v1/decide": _ASKED,
    "POST /api/v1/decide/batch": {"requests": [_ASKED]},
    "POST /api/v1/simulate": _ASKED,
    "POST /api/v1/explain": _ASKED,
    "POST /api/v1/events": json.loads(event("of every kind", 0, None)),
    "POST /api/v1/facts": {"facts": [{"subject_id": "subject-0", "values": {"user.tier": "gold"}}]},
    "POST /api/v1/segments": {"segment_id": "new", **_SEGMENT},
    "PUT /api/v1/segments/{segment_id}": _SEGMENT,
    "POST /api/v1/profiles": {"profile_id": "new", "alpha": 0.5},
    "PUT /api/v1/profiles/{profile_id}": {"alpha": 0.5},
    "POST /api/v1/features": {"name": "user.new", "type": "string"},
    "PUT /api/v1/features/{name}": {"type": "string"},
    "PUT /api/v1/defaults": {"alpha": 0.5},
    "POST /api/v1/rules/validate": {"expr": _RULE},
    "POST /api/v1/rules/dry-run": {"segment_id": "segment_1"},
    "POST /api/v1/campaigns": {"campaign_id": "new"},
    "POST /api/v1/plan": {"changes": [{"kind": "segment", "identifier": "segment_0", "body": _SEGMENT}]},
    "POST /api/v1/publish": {"changes": [{"kind": "segment", "identifier": "segment_0", "body": _SEGMENT}]},
    "POST /api/v1/rollback": {"version": 1},
    "POST /api/v1/segments/{segment_id}/rollback": {"version": 1},
    "POST /api/v1/segments/reorder": {"segment_ids": ["segment_0"]},
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One operation of the API, ready to be sent."""

    operation: str
    method: str
    path: str
    body: bytes


async def kinds(port: int, key: str) -> list[Kind]:
    """Every operation that the running server documents."""
    connection = Connection(port, key)
    document = (await connection.request("GET", "/openapi.json")).json()
    connection.close()
    return list(_kinds(document["paths"]))


def _kinds(paths: Mapping[str, Mapping[str, Any]]) -> Iterator[Kind]:
    for path, operations in paths.items():
        for method in operations:
            if method in ("get", "post", "put", "delete", "patch"):
                operation = f"{method.upper()} {path}"
                body = json.dumps(_BODIES.get(operation, {})).encode() if method in ("post", "put", "patch") else b""
                yield Kind(operation, method.upper(), _filled(path) + _QUERIES.get(path, ""), body)


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: _NAMES.get(found[1], "unknown"), path)
