"""Values that are suggested to the author of a rule."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella.domain.audiences.suggested import CountedValue, Quantiles
from tessella.domain.features.gate import iso
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described, path_parameter
from tessella.http.schemas.suggestions import FeatureValuesShown, QuantilesShown, SuggestedValue
from tessella.http.serving import application_of
from tessella.usecases.audiences.suggest_values import Asked, Suggestions, suggest_values

router = APIRouter(prefix="/api/v1/features", tags=["rules"])

Prefix = Annotated[str, Query(max_length=200, description="How texts begin, whatever the case.")]
Most = Annotated[int, Query(ge=1, le=100, description="The most values.")]
_ONE: Final = {"parameters": [path_parameter("name")]}


@router.get("/{name}/values", openapi_extra=described(answer="FeatureValuesShown") | _ONE)
async def suggest_feature_values(request: Request, prefix: Prefix = "", limit: Most = 20) -> Response:
    """List the most frequent values of a feature, as of the last calculation of audiences; quantiles of a number.

    Personal data, identifiers and values that too few subjects share are not suggested.
    """
    async with opened(request, "rules.validate") as session:
        application = application_of(request)
        least = max(application.settings.disclosure_threshold, 1)
        asked = Asked(request.path_params["name"], prefix, limit, least)
        return answer(_shown(await suggest_values(session, application.audiences, asked)))


def _shown(found: Suggestions) -> FeatureValuesShown:
    kind = found.feature.type
    quantiles = None if found.quantiles is None else _quantiles(found.quantiles, kind)
    as_of = None if found.as_of is None else iso(found.as_of)
    values = [_value(each, found.subjects) for each in found.values]
    return FeatureValuesShown(found.feature.name, kind, values, quantiles, as_of, found.subjects, found.why_none)


def _value(each: CountedValue, subjects: int) -> SuggestedValue:
    return SuggestedValue(each.value, each.subjects, None if each.subjects is None else each.subjects / subjects)


def _quantiles(found: Quantiles, kind: FeatureType) -> QuantilesShown:
    told = (found.minimum, found.p25, found.median, found.p75, found.maximum)
    if kind is FeatureType.TIMESTAMP:
        return QuantilesShown(*(iso(Instant(round(each))) for each in told))
    return QuantilesShown(*told)
