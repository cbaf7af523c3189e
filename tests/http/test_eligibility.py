"""Whether an experiment should be segmented, over HTTP, with the paths of requirement B."""

import httpx
import pytest

from tessella.domain.identifiers import Namespace
from tests.database import Dsns
from tests.experiments import BANNER, banner
from tests.http.definitions import created
from tests.planted import plant

pytestmark = pytest.mark.anyio

PATH = f"/api/v1/segmentation/{BANNER}"
SECRETS = ("alpha", "beta", "thompson", "weights", "covariance", "propensities")


async def test_a_recommendation_is_found_read_accepted_and_dismissed_once(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    await created(admin, "experiments", banner())
    nothing = (await admin.get(f"{PATH}/eligibility")).json()
    assert (nothing["eligible_for_segmentation"], nothing["state"], nothing["recommendations"]) == (
        False, "collecting", [],
    )  # fmt: skip
    plant(database.superuser, namespace, BANNER, {"instagram": (0.05, 0.15), "google": (0.15, 0.05)}, 1000)
    assert (await admin.get(f"{PATH}/eligibility")).json() == nothing, "it is less than a minute old"
    await admin.put(f"{PATH}/config", json={"auto_activation_threshold": 500})
    told = await admin.get(f"{PATH}/eligibility")
    assert (told.json()["eligible_for_segmentation"], told.json()["threshold"]) == (True, 500)
    assert not [word for word in SECRETS if word in told.text]
    (found,) = (await admin.get(f"{PATH}/recommendations")).json()["items"]
    assert [found] == told.json()["recommendations"]
    assert (found["state"], found["mode"], found["segment_by"], found["decided_at"]) == (
        "open", "manual", ["source"], None,
    )  # fmt: skip
    assert found["evidence"]["finding"]["bayes_factor"] > 20
    assert found["text"]["es"].startswith("Por origen, la evidencia a favor de segmentar es de ")
    accepted = await admin.post(f"{PATH}/recommendations/{found['recommendation_id']}/accept")
    assert (accepted.json()["state"], accepted.json()["decided_by"]) == ("accepted", "admin")
    config = (await admin.get(f"{PATH}/config")).json()
    assert (config["enabled"], config["mode"], config["segment_by"]) == (True, "manual", ["source"])
    for verb in ("accept", "dismiss"):
        again = await admin.post(f"{PATH}/recommendations/{found['recommendation_id']}/{verb}")
        assert (again.status_code, "accepted" in again.json()["detail"]) == (409, True)
    assert (await admin.get(f"{PATH}/eligibility")).json()["recommendations"] == []


async def test_a_recommendation_is_dismissed_and_others_that_do_not_exist_are_not_found(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    await created(admin, "experiments", banner())
    plant(database.superuser, namespace, BANNER, {"instagram": (0.05, 0.15), "google": (0.15, 0.05)}, 1000)
    (found,) = (await admin.get(f"{PATH}/eligibility")).json()["recommendations"]
    dismissed = await admin.post(f"{PATH}/recommendations/{found['recommendation_id']}/dismiss")
    assert dismissed.json()["state"] == "dismissed"
    assert (await admin.get(f"{PATH}/config")).json()["mode"] == "disabled"
    gone = [
        await admin.post(f"{PATH}/recommendations/no-uuid/accept"),
        await admin.post(f"{PATH}/recommendations/{'0' * 8}-0000-7000-8000-{'0' * 12}/dismiss"),
        await admin.get("/api/v1/segmentation/nothing/eligibility"),
        await admin.get("/api/v1/segmentation/nothing/recommendations"),
    ]
    assert [each.status_code for each in gone] == [404] * 4
