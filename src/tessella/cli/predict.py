"""`tessella predict`: churn, the next best offer, or the cell of RFM of one customer."""

from __future__ import annotations

from typing import Annotated

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.output import AsJson, answer, console, notes, print_table
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import SubjectId
from tessella.domain.predictions.prediction import Churn, NextBestOffer, RfmCell
from tessella.domain.predictions.target import PredictionType
from tessella.usecases.predictions.predict_customer import CustomerPrediction

What = Annotated[PredictionType, typer.Option("--type", "-t", help="What to predict.")]


def predict(
    customer: Annotated[str, typer.Argument(help="The customer, such as household 13.")],
    what: What = PredictionType.CHURN,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Predict for one customer, as `POST /api/loyalty/v1/customers/{id}/ml/predict/` does."""
    made = in_session(namespace, lambda session: usecases.predict_customer(session, SubjectId(customer), what))
    answer(made, as_json=as_json, show=print_prediction)


def print_prediction(made: CustomerPrediction) -> None:
    """What is predicted, what it is from, and what to know of it."""
    match made.prediction:
        case Churn(probability=float(probability), risk=risk):
            told = f"{made.customer_id}: risk of churn {risk}, probability {probability:.3f}"
            console.print(told, highlight=False, markup=False)
        case NextBestOffer(offers=offers) if offers:
            rows = [[each.name, f"{each.probability:.3f}", each.value_usd, each.expected_value_usd] for each in offers]
            print_table(f"Offers for {made.customer_id}", ["offer", "probability", "value USD", "expected USD"], rows)
        case RfmCell(cell=str(cell)) as told:
            scores = f"recency {told.recency}, frequency {told.frequency}, monetary {told.monetary}"
            console.print(f"{made.customer_id}: {cell} ({scores})", highlight=False, markup=False)
        case _:
            console.print(f"{made.customer_id}: no prediction", highlight=False, markup=False)
    print_origin(made)


def print_origin(made: CustomerPrediction) -> None:
    """Model, time and warning."""
    model = "" if made.model_version is None else f"model version {made.model_version}, "
    when = "" if made.as_of is None else f"as of {iso(made.as_of)}"
    if told := f"{model}{when}".removesuffix(", "):
        console.print(f"  {told}{', stale' if made.stale else ''}", highlight=False, markup=False)
    if made.warning is not None:
        notes.print(made.warning, highlight=False, markup=False)
