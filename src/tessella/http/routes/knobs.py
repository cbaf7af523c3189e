"""What a profile is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.schemas.knobs import KnobShown, KnobsShown, KnobType
from tessella.usecases.profile_knobs import KnobBelow, profile_knobs

router = APIRouter(prefix="/api/v1/profiles", tags=["profiles"])

_TYPES: Final[Mapping[type, KnobType]] = {bool: "boolean", int: "integer", float: "number"}


@router.get("/knobs", openapi_extra=described(answer="KnobsShown"))
async def list_knobs(request: Request) -> Response:
    """List every knob of a profile with its range and help, and what holds where a profile leaves it out."""
    async with opened(request, "profiles.read") as session:
        found = await profile_knobs(session)
    return answer(KnobsShown([_shown(each) for each in found]))


def _shown(below: KnobBelow) -> KnobShown:
    knob = below.knob
    low, high = (None, None) if knob.type is bool else (knob.minimum, knob.maximum)
    return KnobShown(
        knob.name, knob.path, knob.group, knob.label, knob.help, _TYPES[knob.type], knob.unit, low, high, knob.step,
        knob.default, below.value, below.layer,
    )  # fmt: skip
