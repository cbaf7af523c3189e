"""The OpenAPI document: what the framework knows of the routes, and the schemas of our records."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tessella.access.routes import reach_of
from tessella.http.hot import HotRoute
from tessella.http.problems import MEDIA_TYPE
from tessella.http.schemas import RECORDS
from tessella.http.schemas.definitions import WRITTEN
from tessella.http.session_cookie import COOKIE

#: Of a change that may be kept as a draft.
DRAFTED: Final[Mapping[int, str]] = {202: "DraftShown"}
#: Where the beginning of a sentence ends.
_BEGINNING: Final = re.compile(r"[.:;,](?=\s|$)")
_REF: Final = "#/components/schemas/{name}"
_DESCRIPTION: Final = (
    "Decide which segment a request belongs to, and which configuration follows. Send `Authorization: Bearer tess_...`."
)


def described(
    *,
    body: str | None = None,
    answer: str | None = None,
    status: int = 200,
    schema: Mapping[str, Any] | None = None,
    others: Mapping[int, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """What the framework cannot see of an operation: names of the schemas of its body and answer.

    An answer that is one of several records names all, with " | " between. `schema` describes one that is no single
    record; `others` are the records of further successes by their status.
    """
    told: dict[str, Any] = {"responses": {"default": _problem(), str(status): _answer(answer, schema)}}
    told["responses"] |= {str(other): _answer(name, None) for other, name in others.items()}
    if body is not None:
        content = {"application/json": {"schema": {"$ref": _REF.format(name=body)}}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _problem() -> dict[str, Any]:
    return {"description": "What is wrong.", "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}}}


def _answer(name: str | None, schema: Mapping[str, Any] | None) -> dict[str, Any]:
    refs = [{"$ref": _REF.format(name=each)} for each in (name or "").split(" | ") if each]
    shape = {"anyOf": refs} if len(refs) > 1 else refs[0] if refs else schema
    return {"description": "Done."} | ({"content": {"application/json": {"schema": shape}}} if shape else {})


def page_schema(name: str) -> dict[str, Any]:
    """A page of objects."""
    items = {"type": "array", "items": {"$ref": _REF.format(name=name)}}
    cursor = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    return {"type": "object", "properties": {"items": items, "next_cursor": cursor}, "required": ["items"]}


def path_parameter(name: str) -> dict[str, Any]:
    """A part of the path that names an object."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def header_parameter(name: str, meaning: str) -> dict[str, Any]:
    """A header that may be sent."""
    return {"name": name, "in": "header", "required": False, "description": meaning, "schema": {"type": "string"}}


def if_match() -> dict[str, Any]:
    """The header that makes a change depend on what its author has read."""
    return header_parameter(
        "If-Match", "An ETag that was read: the change is refused with 412 when it no longer holds."
    )


def if_none_match() -> dict[str, Any]:
    """The header that asks for something new."""
    return header_parameter("If-None-Match", "Only *: the change is refused with 412 when there is such an object.")


def idempotency_key() -> dict[str, Any]:
    """The header that makes a request take effect once."""
    return header_parameter(
        "Idempotency-Key",
        "1 to 256 printable characters, such as a UUID. The same request again under its key is answered as before, "
        "with Idempotent-Replayed: true; another one is refused with 409. Keys are kept for 30 days.",
    )


#: The parameters of an operation that takes the ETag of a snapshot version; and of one that takes a key besides.
IF_MATCH: Final = {"parameters": [if_match()]}
IF_MATCH_ONCE: Final = {"parameters": [if_match(), idempotency_key()]}


def document(app: FastAPI, hot: Sequence[HotRoute]) -> dict[str, Any]:
    """The whole document."""
    from tessella import __version__

    made = get_openapi(title="Tessella", version=__version__, description=_DESCRIPTION, routes=app.routes)
    for methods in made["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("422", None)  # the framework's own form of a refusal, which is never sent
            operation["summary"] = summary_of(operation["description"])
    for route in hot:
        made["paths"].setdefault(route.path, {})["post"] = _operation(route)
    _, components = msgspec.json.schema_components(RECORDS, ref_template=_REF)
    made["components"] = {"schemas": {**components, **WRITTEN}, "securitySchemes": _SECURITY}
    made["security"] = [{"key": []}, {"session": []}]
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            _guard(operation, f"{method.upper()} {path}")
    return made


def _guard(operation: dict[str, Any], route: str) -> None:
    """Say who may call it: roles that reach every subject, and those that reach their own only."""
    reach = reach_of(route)
    if reach is None:
        operation["security"] = []
    else:
        operation["x-roles"] = {"any": sorted(reach.any), "own": sorted(reach.own)}


_CREDENTIAL: Final = "An API key, tess_..., or a JSON Web Token of the issuer that is set up."
_COOKIE: Final = "A browser's session. Whatever changes something needs the header X-CSRF-Token besides."
_SECURITY: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": _CREDENTIAL},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": _COOKIE},
}


def summary_of(meaning: str) -> str:
    """What an operation does, in a few words: the beginning of its meaning.

    >>> summary_of("Store 1 to 1,000 items, each in place of the one of its id.")
    'Store 1 to 1,000 items'
    """
    return _BEGINNING.split(meaning, maxsplit=1)[0]


def _operation(route: HotRoute) -> dict[str, Any]:
    meaning = inspect.cleandoc(route.endpoint.__doc__ or "")
    return {
        "tags": [route.tag],
        "summary": summary_of(meaning),
        "description": meaning,
        "operationId": route.endpoint.__name__,
        **described(body=route.body, answer=route.answer, status=route.status),
        "parameters": [*route.parameters],
    }
