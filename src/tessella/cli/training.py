"""`tessella models train`: learn from the past."""

from __future__ import annotations

from typing import Annotated

import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.cli.model_cards import print_model, told
from tessella.cli.output import AsJson, answer, progress
from tessella.domain.predictions.training.asked import read_training
from tessella.ports import Session
from tessella.ports.models import StoredModel

PredictionId = Annotated[str, typer.Argument(help="The prediction, such as churn.")]
FromSource = Annotated[
    str | None, typer.Option("--source", help="events, or a source of customers, in place of the declared one.")
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Nothing later is read, ISO 8601; everything if left out.")]


def add_train(app: typer.Typer) -> None:
    """`tessella models train`."""

    @app.command("train")
    def train(
        prediction_id: PredictionId,
        source: FromSource = None,
        as_of: AsOf = None,
        namespace: InNamespace = DEMO,
        as_json: AsJson = False,
    ) -> None:
        """Train the model of a prediction on the past, judge it on what came later, and put it to use."""
        written = {"prediction_id": prediction_id, "source": source, "as_of": as_of}

        async def act(application: Application, session: Session) -> StoredModel:
            asked = read_training(written, now=session.now())
            with application.warehouse() as duckdb, progress("Training") as tell:
                return await usecases.train_model(
                    session, duckdb, application.open_engine, application.write_model, asked, tell
                )

        answer(told(in_application(namespace, act)), as_json=as_json, show=print_model)
