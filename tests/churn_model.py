"""A small churn model for tests: the longer nobody has bought, the likelier; gold is less likely than tin."""

import hashlib
from functools import cache

import msgspec
import numpy as np

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.inputs import Input, InputType
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.predictors.logistic import Logistic
from tessella.domain.predictions.row_encoder import RowEncoder
from tessella.domain.predictions.target import Target
from tessella.models.writing import write_onnx
from tessella.storage.sessions import StoredSession
from tests.database import define

INPUTS = (
    Input("recency_days", typical=30.0),
    Input("tier", InputType.CATEGORY, categories=("gold", "tin")),
)


@cache
def churn_model(seed: int = 7) -> tuple[Manifest, dict[str, bytes]]:
    """Trained on 400 rows of chance; another seed gives another model."""
    rng = np.random.default_rng(seed)
    known = [{"recency_days": rng.uniform(0, 100), "tier": rng.choice(["gold", "tin"])} for _ in range(400)]
    encoder = RowEncoder(INPUTS)
    rows = np.array([encoder.row(each) for each in known], np.float32)
    positive = rows[:, 0] + 40 * rows[:, 2] + rng.normal(0, 20, 400) > 70
    fitted = Logistic.default().fit(rows, positive, np.ones(400), seed)
    content = write_onnx(fitted, rows)
    part = Part("churn.onnx", hashlib.sha256(content).hexdigest(), ("churn",))
    manifest = Manifest("churn", 1, Target.CHURN, "logistic", INPUTS, (part,), Instant(0), Instant(0))
    return manifest, {"churn.onnx": content}


async def declare_inputs(session: StoredSession) -> None:
    await define(session, Kind.FEATURE, "recency_days", name="recency_days", type="number")
    await define(session, Kind.FEATURE, "tier", name="tier", type="string")


async def serve_churn(session: StoredSession, seed: int = 7, population: Population | None = None) -> int:
    """Make it the active version; its number."""
    manifest, files = churn_model(seed)
    stored = await session.add_model(msgspec.structs.replace(manifest, population=population), files)
    await session.activate_model("churn", stored.manifest.version)
    return stored.manifest.version
