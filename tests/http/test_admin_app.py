"""The admin app's files: which address gives which, what browsers may keep, and what the pages may load."""

import gzip
import re
from pathlib import Path

import httpx
import pytest

from tessella.http.pages import Pages, built_pages, read_pages
from tessella.http.routes import admin_app

pytestmark = pytest.mark.anyio

START = '<!doctype html><meta name="csp-nonce" content="__NONCE__"><script src="/app/assets/a-1.js"></script>'
SCRIPT = "console.log('built');" * 100


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pages:
    """A folder as `make ui` leaves it, and the service over it."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(START)
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path / "assets" / "a-1.js").write_text(SCRIPT)
    pages = read_pages(tmp_path)
    monkeypatch.setattr(admin_app, "built_pages", lambda: pages)
    return pages


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("address", ["/app", "/app/", "/app/segments", "/app/segments/user.tier", "/app/index.html"])
async def test_every_address_of_the_app_begins_with_its_start_page(admin: httpx.AsyncClient, address: str) -> None:
    page = await admin.get(address)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "/app/assets/a-1.js" in page.text


@pytest.mark.usefixtures("built")
async def test_a_start_page_has_a_nonce_of_its_own_and_is_never_kept(admin: httpx.AsyncClient) -> None:
    pages = [await admin.get("/app/") for _ in range(2)]
    nonces = [re.search(r'content="([^"]{20,})"', page.text)[1] for page in pages]
    assert nonces[0] != nonces[1]
    for page, nonce in zip(pages, nonces, strict=True):
        assert f"style-src 'self' 'nonce-{nonce}'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("built")
async def test_the_pages_load_nothing_from_elsewhere_and_no_script_in_line(admin: httpx.AsyncClient) -> None:
    policy = (await admin.get("/app/")).headers["content-security-policy"]
    rules = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert (rules["default-src"], rules["script-src"], rules["frame-ancestors"]) == ("'none'", "'self'", "'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.usefixtures("built")
async def test_a_file_with_a_hash_in_its_name_is_kept_for_good(admin: httpx.AsyncClient) -> None:
    script = await admin.get("/app/assets/a-1.js", headers={"Accept-Encoding": "identity"})
    assert script.text == SCRIPT
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["x-content-type-options"] == "nosniff"


@pytest.mark.usefixtures("built")
async def test_another_file_is_asked_about_each_time_and_not_sent_twice(admin: httpx.AsyncClient) -> None:
    icon = await admin.get("/app/icon.svg")
    assert (icon.headers["content-type"], icon.headers["cache-control"]) == ("image/svg+xml", "no-cache")
    again = await admin.get("/app/icon.svg", headers={"If-None-Match": icon.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_long_file_is_packed_for_who_can_unpack_it(built: Pages, admin: httpx.AsyncClient) -> None:
    script = await admin.get("/app/assets/a-1.js", headers={"Accept-Encoding": "gzip"})
    assert (script.headers["content-encoding"], script.text) == ("gzip", SCRIPT)
    packed = built.by_path["assets/a-1.js"].packed
    assert packed is not None
    assert int(script.headers["content-length"]) == len(packed) < len(SCRIPT)
    assert gzip.decompress(packed).decode() == SCRIPT


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("address", ["/app/assets/b-2.js", "/api/v1/nothing", "/api/app", "/application", "/nothing"])
async def test_no_page_stands_in_for_a_missing_file_or_an_api_path(admin: httpx.AsyncClient, address: str) -> None:
    missing = await admin.get(address)
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("address", ["/app/../pages.py", "/app/%2e%2e/pages.py", "/app/assets/../../app.py"])
async def test_nothing_beside_the_built_files_is_given(admin: httpx.AsyncClient, address: str) -> None:
    assert "import" not in (await admin.get(address)).text


async def test_a_server_without_pages_says_how_to_build_them(
    admin: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_app, "built_pages", lambda: read_pages(tmp_path / "nothing"))
    page = await admin.get("/app/segments")
    assert page.status_code == 503
    assert "<code>make ui</code>" in page.text


def test_pages_that_are_built_while_the_server_runs_take_the_place_of_the_old_ones(tmp_path: Path) -> None:
    place = tmp_path / "pages"
    assert built_pages(place).by_path == {}
    for script in ("old", "new"):
        building = tmp_path / script
        building.mkdir()
        (building / "index.html").write_text(script)
        place.rename(tmp_path / "aside") if place.exists() else None
        building.rename(place)
        assert built_pages(place).by_path["index.html"].body == script.encode()
    assert built_pages(place) is built_pages(place)
