"""An analyst reads an experiment, decides what is recommended, and sets up another one."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tessella.storage.embedded import SUPERUSER, start
from tests import planted
from tests.app.conftest import NARROW, Opened, Served

VARIANTS = [{"variant_id": name.lower(), "name": name} for name in ("Plain", "Bold", "Loud")]
#: By source, the rate of each variant: each source has a best one of its own.
RATES = {"instagram": [0.30, 0.30, 0.60], "google": [0.30, 0.60, 0.30]}


@pytest.fixture
def shop(tenant: Served) -> Iterator[Served]:
    """A shop with an experiment that should be segmented by its source."""
    with tenant.client() as client:
        _begin(client, "front", {"mode": "disabled"})
        _plant(tenant, "front", segments=False)
        client.post("/api/v1/experiments/front/refresh").raise_for_status()
        yield tenant


def _begin(client: Any, name: str, segmentation: dict[str, object]) -> None:
    body = {
        "experiment_id": name, "name": f"The {name} page", "variants": VARIANTS, "expected": 0.3,
        "segmentation": segmentation,
    }  # fmt: skip
    client.post("/api/v1/experiments", json=body).raise_for_status()


def _plant(tenant: Served, name: str, *, segments: bool) -> None:
    with start(tenant.installation.home) as server:
        dsn = server.dsn(SUPERUSER)
        planted.plant(dsn, tenant.namespace, name, RATES, 700, segments=segments)
        planted.traffic(dsn, tenant.namespace, name, 4200)


def percent(share: float) -> str:
    """As the pages write a rate."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + " %"


def row(page: Page, table: str, name: str) -> Any:
    return page.get_by_role("region", name=table).get_by_role("row").filter(has_text=name)


def test_an_analyst_reads_the_figures_that_the_api_tells(open_page: Opened, shop: Served) -> None:
    with shop.client() as client:
        _begin(client, "split", {"mode": "manual", "segment_by": ["source"]})
        _plant(shop, "split", segments=True)
        client.post("/api/v1/experiments/split/stop").raise_for_status()  # from its last report on nothing changes
        told = client.post("/api/v1/experiments/split/refresh").json()
    page = open_page(shop, "/experiments")
    page.get_by_role("link", name="The split page").click()
    expect(page.get_by_text(told["conclusion"])).to_be_visible()
    for variant in told["results"]["variants"]:
        expect(row(page, "By variant", variant["name"])).to_contain_text(percent(variant["mean"]))
    google = next(each for each in told["results"]["segments"] if each["segment_key"] == "source:google")
    page.get_by_label("Segment", exact=True).select_option(label="source google")
    page.get_by_label("Variant", exact=True).select_option(label="Bold")
    cell = page.get_by_role("region", name="One cell")
    expect(cell).to_contain_text(percent(google["variants"][1]["mean"]))
    expect(cell).to_contain_text("No other variant is ahead of it in this segment.")
    assert "segment=source:google" in page.url.replace("%3A", ":")
    page.reload()
    expect(cell).to_contain_text(percent(google["variants"][1]["mean"]))


def test_an_analyst_accepts_a_recommendation_and_the_mode_changes(open_page: Opened, shop: Served) -> None:
    page = open_page(shop, "/experiments")
    page.get_by_role("link", name="1 recommendation").click()
    expect(page.get_by_text("The mode: no segments → by dimensions: source.")).to_be_visible()
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("group", name="Segment the experiment so").get_by_role("button", name="Accept").click()
    expect(page.get_by_role("banner").or_(page.locator("header")).get_by_text("by dimensions: source")).to_be_visible()
    expect(page.get_by_text("Nothing is recommended now.")).to_be_visible()
    with shop.client() as client:
        config = client.get("/api/v1/segmentation/front/config").json()
    assert (config["mode"], config["segment_by"]) == ("manual", ["source"])


def test_an_analyst_reads_the_conditions_says_no_by_keyboard_and_nothing_changes(
    open_page: Opened, shop: Served
) -> None:
    page = open_page(shop, "/experiments/of/front?tab=advice", size=NARROW)
    expect(row(page, "By source", "Evidence that variants work differently")).to_contain_text("yes")
    expect(row(page, "By itself", "Users in 24 hours")).to_contain_text("4,200")
    page.get_by_role("button", name="Dismiss").press("Enter")
    page.get_by_role("group", name="Say no?").get_by_role("button", name="Dismiss").press("Enter")
    expect(page.get_by_text("Nothing is recommended now.")).to_be_visible()
    with shop.client() as client:
        assert client.get("/api/v1/segmentation/front/config").json()["mode"] == "disabled"
        (said,) = client.get("/api/v1/segmentation/front/recommendations").json()["items"]
    assert said["state"] == "dismissed"


def test_a_newcomer_is_told_of_one_variant_at_its_field_and_starts_the_experiment(
    open_page: Opened, tenant: Served
) -> None:
    page = open_page(tenant, "/experiments")
    page.get_by_role("button", name="Start the first experiment").click()
    page.get_by_label("Name", exact=True).fill("Top of the page")
    page.get_by_role("button", name="Remove the variant Variant 2").click()
    variants = page.locator("section").filter(has=page.get_by_role("heading", name="Variants"))
    expect(variants.get_by_role("alert")).to_contain_text("An experiment has 2 to 100 variants, not 1.")
    page.get_by_role("button", name="Add a variant").click()
    expect(variants.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Look over and publish").click()
    page.get_by_role("button", name="Plan", exact=True).click()
    page.get_by_role("button", name="Publish this plan").click()
    expect(page.get_by_role("heading", name="Top of the page", level=1)).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("group", name="Give users variants").get_by_role("button", name="Start").click()
    expect(page.get_by_text("running", exact=True)).to_be_visible()
    with tenant.client() as client:
        made = client.get("/api/v1/experiments/top-of-the-page").json()
    assert (made["status"], len(made["variants"])) == ("running", 2)


def test_what_the_form_does_not_show_is_kept(open_page: Opened, shop: Served) -> None:
    layer = {"name": "checkout", "first": 0, "last": 5000}
    with shop.client() as client:
        body = client.get("/api/v1/experiments/front").json()
        client.put("/api/v1/experiments/front", json=body | {"layer": layer, "forced": {"qa": "bold"}})
        page = open_page(shop, "/experiments/of/front?tab=settings")
        page.get_by_label("Description").fill("Which page is better.")
        page.get_by_role("button", name="Look over and publish").click()
        page.get_by_role("button", name="Plan", exact=True).click()
        page.get_by_role("button", name="Publish this plan").click()
        expect(page.get_by_text("Nothing changes.", exact=True)).to_be_visible()
        now = client.get("/api/v1/experiments/front").json()
    assert (now["description"], now["layer"], now["forced"]) == ("Which page is better.", layer, {"qa": "bold"})


def test_a_step_that_somebody_else_was_before_is_told(open_page: Opened, shop: Served) -> None:
    page = open_page(shop, "/experiments/of/front")
    page.get_by_role("button", name="Stop", exact=True).click()
    with shop.client() as client:
        client.post("/api/v1/experiments/front/pause").raise_for_status()
    page.get_by_role("group", name="Stop for good?").get_by_role("button", name="Stop").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed the experiment meanwhile.")
    expect(page.get_by_text("paused", exact=True)).to_be_visible()


def test_what_is_not_there_is_told_with_the_way_back(open_page: Opened, tenant: Served) -> None:
    page = open_page(tenant, "/experiments/of/nowhere")
    expect(page.get_by_role("alert").first).to_contain_text("nowhere")
    page.get_by_role("link", name="All experiments").click()
    expect(page.get_by_role("heading", name="There is no experiment yet.")).to_be_visible()
