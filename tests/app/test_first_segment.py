"""Somebody new, with nothing but a list of customers, is led to a first segment in five steps on one page."""

from playwright.sync_api import Page, expect

from tests.app.conftest import Opened, Served

#: Forty customers, of whom ten have spent 310 or more.
CUSTOMERS = [(f"c-{at:02}", at * 10, "Lisbon" if at % 2 else "Porto") for at in range(1, 41)]
BIG = [name for name, spent, _ in CUSTOMERS if spent >= 310]


def csv_of(*lines: str) -> str:
    return "\n".join(["customer,Spend USD,city,contact", *lines]) + "\n"


WHOLE = csv_of(*(f"{name},{spent},{city},{name}@shop.example" for name, spent, city in CUSTOMERS))


def paste(page: Page, text: str) -> None:
    page.get_by_label("Or paste the text here").fill(text)
    page.get_by_role("button", name="Read the table").click()


def bring_customers(page: Page) -> None:
    paste(page, csv_of("c-01,10,Lisbon,", "c-02,20"))
    expect(page.get_by_role("alert")).to_contain_text("Line 3: 2 columns, where the header has 4.")
    page.get_by_label("A file").set_input_files({"name": "c.csv", "mimeType": "text/csv", "buffer": WHOLE.encode()})


def check_columns(page: Page) -> None:
    expect(page.get_by_label("Name: Spend USD")).to_have_value("spend_usd")
    expect(page.get_by_label("Type: Spend USD")).to_have_value("integer")
    page.get_by_label("Unit: Spend USD").fill("USD")
    page.get_by_label("Group: Spend USD").select_option("Financial")
    page.get_by_label("Name: contact").fill("email")
    page.get_by_role("button", name="Store 3 columns").click()
    expect(page.get_by_role("row", name="contact")).to_contain_text("says that it is personal data")
    page.get_by_role("button", name="Leave it out").click()
    page.get_by_role("button", name="Store 2 columns").click()


def write_the_rule(page: Page) -> None:
    page.get_by_label("Name of the segment").fill("Big spenders")
    number = page.get_by_role("spinbutton").first
    expect(number).not_to_have_value("")
    number.fill("310")
    expect(page.get_by_text("10 of 40").first).to_be_visible()
    page.get_by_role("button", name="Next").click()


def see_who_and_publish(page: Page) -> None:
    expect(page.get_by_text("Some of them:")).to_contain_text("c-40")
    page.get_by_role("button", name="These are the right ones").click()
    page.get_by_role("button", name="Plan", exact=True).click()
    page.get_by_role("button", name="Publish this plan").click()
    expect(page.get_by_role("heading", name="“Big spenders” is in force.")).to_be_focused()
    expect(page.get_by_text("10 of 40")).to_be_visible()


def test_a_newcomer_gets_from_a_list_of_customers_to_a_segment_in_five_steps(open_page: Opened, tenant: Served) -> None:
    page = open_page(tenant)
    expect(page.get_by_role("heading", name="Your first segment")).to_be_visible()
    bring_customers(page)
    check_columns(page)
    write_the_rule(page)
    see_who_and_publish(page)
    with tenant.client() as asked:
        (counted,) = asked.get("/api/v1/segments/counts").json()["segments"]
        members = asked.get("/api/v1/segments/big-spenders/members").json()
    assert (counted["segment_id"], counted["members"]) == ("big-spenders", len(BIG))
    assert sorted(members["items"]) == BIG
    page.get_by_role("link", name="Look at the segment").click()
    expect(page.get_by_role("heading", name="Big spenders", level=1)).to_be_visible()
