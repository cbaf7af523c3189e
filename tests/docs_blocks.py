"""The fenced blocks of a document."""

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

FENCE = re.compile(
    r"(?:^ *<!-- (?P<note>[^\n]+?) -->\n+)?"
    r"^(?P<indent> *)```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
RUN = ("sh", "python")
PRINTED = ("text", "json")
NOT_EXECUTED = "not executed: "


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    line: int
    language: str
    #: The name of the file that it shows.
    title: str | None
    text: str
    #: The comment right before it.
    note: str
    #: The block right after it, when that is something printed.
    printed: "Block | None" = None

    @property
    def runs(self) -> bool:
        return self.language in RUN and self.title is None and not self.note.startswith(NOT_EXECUTED)

    @property
    def starts_a_server(self) -> bool:
        return self.language == "sh" and self.text.rstrip().endswith("&")


def blocks(text: str) -> list[Block]:
    """The blocks of a document, each with what it prints."""
    found = list(FENCE.finditer(text))
    after = [*found[1:], None]
    return [_block(text, match, _printed(text, match, next_one)) for match, next_one in zip(found, after, strict=False)]


def runs(document: Path) -> bool:
    """Whether there is anything to run in a document."""
    return any(block.runs for block in blocks(document.read_text(encoding="utf-8")))


def _printed(text: str, match: re.Match[str], after: re.Match[str] | None) -> Block | None:
    if after is None or after["language"] not in PRINTED or after["title"] or text[match.end() : after.start()].strip():
        return None
    return _block(text, after)


def _block(text: str, match: re.Match[str], printed: Block | None = None) -> Block:
    line = text.count("\n", 0, match.start("language")) + 1
    return Block(line, match["language"], match["title"], dedent(match["text"]), match["note"] or "", printed)
