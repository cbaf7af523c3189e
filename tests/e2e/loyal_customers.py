"""1,250 customers of a loyalty programme, with models of churn and of three offers, as requirement E has them."""

from math import exp
from typing import Any

from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.inputs import Input
from tessella.domain.predictions.target import Target
from tests.churn_model import serve_churn
from tests.http.definitions import created, segment
from tests.loyalty import Programme
from tests.model_files import manifest_of, onnx_content, part
from tests.usecases.audiences import know

COUNT = 1250
SEGMENTS = {
    "1": ("High Value Customers", {"exists": ["joined_days"]}),
    "2": ("New Customers", {"lt": ["recency_days", 10]}),
    "3": ("At Risk", {"eq": ["rfm.cell", "At Risk"]}),
    "4": ("Regulars", {"gte": ["recency_days", 40]}),
    "5": ("VIP Customers", {"eq": ["tier", "gold"]}),
}
FEATURES = {"recency_days": "number", "tier": "string", "joined_days": "integer"}
RFM = {"rfm.cell": "string", "rfm.recency": "integer", "rfm.frequency": "integer", "rfm.monetary": "integer"}
#: Of each offer what a day of silence adds to the logit of its acceptance, and what an acceptance is worth.
OFFERS = {"offer_1": (0.05, 1.0), "offer_3": (0.0, 1.6), "offer_5": (-0.05, 2.0)}


def customer(at: int) -> str:
    return f"c{at:04}"


def known(at: int) -> dict[str, Any]:
    """Of every eightieth nothing is known that a model reads: 12 of the first thousand, and 15 in all."""
    if at % 80 == 79:
        return {"joined_days": at}
    cell = "Champions" if at % 3 == 0 else "At Risk"
    scores = {"rfm.cell": cell, "rfm.recency": 1 + at % 5, "rfm.frequency": 3, "rfm.monetary": 4}
    return {"joined_days": at, "recency_days": float(at % 80), "tier": "gold" if at % 10 == 0 else "tin", **scores}


def best_offer(at: int) -> str:
    """The one that is worth most to make, by the formula."""
    days = known(at)["recency_days"]
    worth = {name: value / (1 + exp(-weight * days)) for name, (weight, value) in OFFERS.items()}
    return max(worth, key=worth.__getitem__)


async def fill(programme: Programme) -> None:
    """Declare what there is, store what is known of everybody, calculate, and put both models to use."""
    admin = await programme.client()
    for name, kind in FEATURES.items():
        await created(admin, "features", {"name": name, "type": kind})
    for name, kind in RFM.items():
        await created(admin, "features", {"name": name, "type": kind, "source": "prediction"})
    for at, (name, (title, expr)) in enumerate(SEGMENTS.items()):
        await created(admin, "segments", segment(name, expr, name=title, priority=10 - at))
    for name, (_, value) in OFFERS.items():
        await created(admin, "offers", {"offer_id": name, "name": name, "value_usd": value})
    async with programme.session() as session:
        await know(session, {customer(at): known(at) for at in range(COUNT)})
    await programme.calculate()
    async with programme.session() as session:
        await serve_churn(session)
        await serve_offers(session)


async def serve_offers(session: Any) -> None:
    """Make a model of a file for each offer the active one."""
    files = {f"{name}.onnx": onnx_content(weight) for name, (weight, _) in OFFERS.items()}
    parts = [part(f"{name}.onnx", files[f"{name}.onnx"], name) for name in OFFERS]
    inputs = (Input(FeatureName("recency_days"), typical=30.0),)
    manifest = manifest_of(*parts, model_id="nbo", target=Target.NBO, inputs=inputs)
    stored = await session.add_model(manifest, files)
    await session.activate_model("nbo", stored.manifest.version)
