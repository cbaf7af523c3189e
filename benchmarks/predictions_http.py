"""One customer over HTTP: a server of its own with a model of churn, and a client that waits for each answer."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.figure import Figure, Goal
from benchmarks.http_cost import Server, server_of
from benchmarks.http_server import NAMESPACE
from benchmarks.predictions_telco import telco
from tessella.bootstrap import Application, running
from tessella.domain.definitions import Definitions
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, Role, SubjectId
from tessella.domain.predictions.inputs import InputType, encode_columns
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.predictors.boosting import Boosting
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.training.learn_inputs import inputs_of
from tessella.domain.predictions.training.table import Table
from tessella.ports import Caller, Session
from tessella.settings import Settings
from tessella.usecases import add_facts, apply_definitions
from tessella.usecases.add_facts import SubjectValues

CUSTOMERS: Final = 2_000
PATH: Final = "/api/loyalty/v1/customers/c{}/ml/predict/"
ASKED: Final = '{"type": "churn"}'
_AT_ONCE: Final = 100
_TYPES: Final = {
    InputType.NUMBER: FeatureType.NUMBER,
    InputType.BOOLEAN: FeatureType.BOOLEAN,
    InputType.CATEGORY: FeatureType.STRING,
}


def figures() -> Iterator[Figure]:
    """The p50 of a customer whose facts are read from the database, and of one that was asked for before."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        home = Path(folder) / "home"
        asyncio.run(_prepare(home))
        with server_of(home) as server:
            cold, warm = _measure(server), _measure(server)
    yield Figure("predictions_one: HTTP, facts read from the database, p50", cold, "ms", goal=Goal("value", "<=", 5))
    yield Figure("predictions_one: HTTP, asked for within the hour, p50", warm, "ms", goal=Goal("value", "<=", 5))


def _measure(server: Server) -> float:
    """Milliseconds, one connection: each customer once."""
    load = server.load(PATH, CUSTOMERS, "path")
    return server.measure(replace(load, connections=1, content=ASKED)).p50_ms


async def _prepare(home: Path) -> None:
    table = telco()
    async with running(Settings(home=home)) as application:
        await application.administration.create_namespace(NAMESPACE)
        async with application.session(Caller(NAMESPACE, Role.ADMIN)) as session:
            await _serve_model(application, session, table)
        async with application.session(Caller(NAMESPACE, Role.ADMIN)) as session:
            await _add_facts(session, table)


async def _serve_model(application: Application, session: Session, table: Table) -> None:
    inputs = inputs_of(table, np.arange(len(table)))
    features = {each.name: Feature(each.name, _TYPES[each.type]) for each in inputs}
    await apply_definitions(session, Definitions(features=features))
    rows = encode_columns(table.columns, inputs)
    fitted = Boosting.default().fit(rows, table.positive, np.ones(len(rows)), 0)
    content = application.write_model(fitted, rows[:1000])
    part = Part("churn.onnx", hashlib.sha256(content).hexdigest(), ("churn",))
    manifest = Manifest("churn", 1, Target.CHURN, "boosting", inputs, (part,), Instant(0), Instant(0))
    stored = await session.add_model(manifest, {part.file: content})
    await session.activate_model("churn", stored.manifest.version)


async def _add_facts(session: Session, table: Table) -> None:
    columns = {name: column[:CUSTOMERS].tolist() for name, column in table.columns.items()}
    known = [
        SubjectValues(SubjectId(f"c{place}"), {name: column[place] for name, column in columns.items()})
        for place in range(CUSTOMERS)
    ]
    for start in range(0, CUSTOMERS, _AT_ONCE):
        await add_facts(session, known[start : start + _AT_ONCE])
