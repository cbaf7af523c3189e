"""The card of a model tells what the API tells, and another version is put to use only after a question."""

from playwright.sync_api import expect

from tests.app.conftest import Opened, Served


def told(interval: dict[str, float]) -> str:
    """A figure with its interval, as English has it: without noughts at the end."""
    value, low, high = (f"{interval[name]:.3f}".rstrip("0") for name in ("value", "low", "high"))
    return f"{value} ({low} – {high})"


def test_the_card_of_a_model_has_the_figures_of_the_api(open_page: Opened, demo: Served) -> None:
    with demo.client() as client:
        answer = client.get("/api/v1/models/churn/card").json()
        watched = client.get("/api/v1/models/churn/monitoring").json()
    card = answer["card"]
    page = open_page(demo, "/models")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="churn", exact=True))
    expect(row).to_contain_text(f"AUC {told(card['quality']['auc'])}")
    row.get_by_role("link", name="churn", exact=True).click()
    expect(page.get_by_text(card["meaning"])).to_be_visible()
    expect(page.get_by_text(card["verdict"])).to_be_visible()
    expect(page.get_by_text(told(card["quality"]["log_loss"]), exact=True)).to_be_visible()
    spans = page.get_by_role("region", name="What it was trained on")
    for span in ("train", "validation", "test"):
        expect(spans).to_contain_text(f"{card[span]['rows']:,}")
    page.get_by_role("button", name="Show as a table").click()
    candidates = page.get_by_role("region", name="AUC of each, with its interval").get_by_role("row")
    expect(candidates).to_have_count(len(card["candidates"]) + 1)
    for each in card["candidates"]:
        expect(candidates.filter(has_text=each["predictor"])).to_contain_text(told(each["quality"]["auc"]))
    page.get_by_role("tab", name="Monitoring").click()
    looked = page.get_by_role("heading", name="Drift", exact=True)
    expect(looked if watched["drift"] else page.get_by_text("Nobody has looked at this model yet")).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_role("row", name=f"version {answer['model']['version']}")).to_contain_text("in use")
