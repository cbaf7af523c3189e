"""Predictions for one customer."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.identifiers import SubjectId
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.openapi import described
from tessella.http.schemas.predictions import CustomerPredictBody
from tessella.http.serving import metrics_of
from tessella.http.shown.predictions import customer_prediction_shown

router = APIRouter(prefix="/api/loyalty/v1/customers", tags=["predictions"])


@router.post(
    "/{customer_id:path}/ml/predict",
    openapi_extra=described(body="CustomerPredictBody", answer="CustomerPredictionShown"),
)
async def predict_customer(request: Request, customer_id: str) -> Response:
    """Predict for one customer: churn, the next best offer (nbo), or the cell of RFM (rfm).

    A prediction is given again for up to an hour, unless its model, its customer or the audiences have changed. Of a
    customer who has opted out nothing is read: the answer is that for one of whom nothing is known.
    """
    async with opened(request, "customers.predict") as session:
        body = await read(request, CustomerPredictBody, DECISION)
        made = await usecases.predict_customer(session, SubjectId(customer_id), body.type)
        metrics_of(request).predicted(session.caller.namespace, body.type)
    return answer(customer_prediction_shown(made))
