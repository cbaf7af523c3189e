"""The documents: the reference says what the code says, links lead somewhere, decisions and words are complete."""

import re
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from tests.docs_blocks import FENCE, blocks
from tools.reference.pages import PAGES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAV_ENTRY = re.compile(r"[\w/.-]+\.md$", re.MULTILINE)
LOADED_FROM_ELSEWHERE = re.compile(
    r"""<(?:script|img|iframe)[^>]*src=["']?https?:[^ >]*|<link[^>]*href=["']?https?:[^ >]*"""
)
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
GLOSSARY_WORD = re.compile(r"^\| ([a-z ]+) \|", re.MULTILINE)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def links(path: Path) -> list[str]:
    """Where the document points to, apart from other sites and from what stands in code."""
    text = re.sub(r"`[^`\n]+`", "", FENCE.sub("", path.read_text(encoding="utf-8")))
    return [target for target in LINK.findall(text) if "://" not in target]


def anchors(path: Path) -> set[str]:
    """The fragments of the headings, as Markdown sites make them."""
    headings = HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def leads_somewhere(document: Path, target: str) -> bool:
    path, _, fragment = target.partition("#")
    found = document.parent / path if path else document
    return found.exists() and (not fragment or fragment in anchors(found))


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_says_what_the_code_says(name):
    page = DOCS / name
    assert page.exists(), "run: python -m tools.reference"
    assert page.read_text(encoding="utf-8") == PAGES[name](), "run: python -m tools.reference"


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_every_relative_link_leads_somewhere(document):
    assert [target for target in links(document) if not leads_somewhere(document, target)] == []


def test_a_link_to_nothing_is_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One two\n\n[a](#one-two) [b](#three) [c](other.md) [d](https://example.org) `[e](f.md)`\n")
    assert [target for target in links(page) if not leads_somewhere(page, target)] == ["#three", "other.md"]


@pytest.mark.parametrize("record", DECISIONS, ids=relative)
def test_a_decision_says_why_what_and_what_enforces_it(record):
    assert {"Context", "Decision", "What enforces it"} <= set(HEADING.findall(record.read_text(encoding="utf-8")))


def test_decisions_are_numbered_once_each():
    numbers = [record.name[:4] for record in DECISIONS]
    assert all(number.isdigit() for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_every_word_of_the_glossary_is_used():
    """In another document, in the code, or in the glossary's meaning of another word."""
    glossary = DOCS / "glossary.md"
    files = [path for path in chain(DOCUMENTS, (ROOT / "src").rglob("*.py")) if path != glossary]
    used = "\n".join(path.read_text(encoding="utf-8") for path in files).lower()
    words = [word for word in GLOSSARY_WORD.findall(glossary.read_text(encoding="utf-8")) if word != "word"]
    assert len(words) > 20
    assert [word for word in words if not re.search(rf"\b{word.replace(' ', '[ _]')}", used)] == []


def test_every_page_can_be_reached_from_the_navigation_of_the_site():
    listed = NAV_ENTRY.findall((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if page not in DECISIONS}
    assert sorted(listed) == sorted(pages)


def test_the_python_of_the_readme_does_what_it_asserts(monkeypatch):
    monkeypatch.chdir(ROOT)
    shown = [block.text for block in blocks((ROOT / "README.md").read_text(encoding="utf-8"))]
    for text in (text for text in shown if "import tessella" in text):
        exec(compile(text, "README.md", "exec"), {})
    assert any("engine.decide" in text for text in shown)


def test_the_commands_of_the_readme_are_targets_of_make():
    commands = [
        line.partition("#")[0].split()
        for block in blocks((ROOT / "README.md").read_text(encoding="utf-8"))
        for line in block.text.splitlines()
        if line.startswith("make ")
    ]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for _, name in commands] == ["demo", "test"]
    assert {name for _, name in commands} <= set(targets)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as `make docs` builds it."""
    room = tmp_path_factory.mktemp("site")
    shutil.copytree(DOCS, room / "docs")
    shutil.copy(ROOT / "mkdocs.yml", room)
    subprocess.run([Path(sys.executable).parent / "zensical", "build", "--strict"], cwd=room, check=True)
    return room / "site"


def test_the_site_has_every_page(site):
    built = {str(page.relative_to(site).with_suffix(".md")) for page in site.rglob("*.html")}
    assert {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} <= built


def test_a_page_of_the_site_loads_nothing_from_another_host(site):
    pages = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html")}
    assert {page.name: found for page, text in pages.items() if (found := LOADED_FROM_ELSEWHERE.findall(text))} == {}


@pytest.mark.parametrize(
    "promises", ["explanation/reliability.md", "reference/taxonomy-topics.md", "reference/personalization-topics.md"]
)
def test_every_test_that_a_promise_names_exists(promises):
    named = NAMED_TEST.findall((DOCS / promises).read_text(encoding="utf-8"))
    assert len(named) > 30
    assert [
        (path, name) for path, name in named if f"def {name}" not in (ROOT / path).read_text(encoding="utf-8")
    ] == []
