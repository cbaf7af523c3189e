"""Draw what `tessella demo` and `tessella recommend` print: python -m tools.demo_picture docs/images."""

from __future__ import annotations

import asyncio
import io
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT

from tessella.bootstrap import running
from tessella.cli.demo import print_demo
from tessella.cli.lists import print_trace
from tessella.cli.output import console, steps
from tessella.cli.recommend import print_lists
from tessella.demo.lists import HouseholdLists
from tessella.demo.load import AS_OF, load_wholly
from tessella.domain.features.gate import iso
from tessella.settings import Settings

#: The picture names no font that would be fetched.
TEMPLATE = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


async def draw(folder: Path) -> None:
    """Load the demo and save a picture of all that it prints, and one of two lists with their numbers."""
    async with running(Settings()) as application:
        with steps("Starting") as report:
            demo = await load_wholly(application, report)
    assert demo.lists is not None, "the ranking index was not built: see the log"
    lists = demo.lists
    picture(folder / "demo.svg", "tessella demo", 100, lambda: print_demo(demo))
    asked = " ".join(f"--profile {each.profile_id}" for each in lists.compared.lists)
    title = f"tessella recommend --subject {lists.subject_id} {asked} --at {iso(AS_OF)} --explain"
    picture(folder / "ranking.svg", title, 124, lambda: print_explained(lists))


def print_explained(lists: HouseholdLists) -> None:
    """What the command prints."""
    print_lists(lists.compared, lists.items)
    for each in lists.compared.lists:
        if each.ranking.trace is not None:
            print_trace(f"Scores by {each.profile_id}", each.ranking.trace, lists.items)


def picture(path: Path, title: str, width: int, show: Callable[[], None]) -> None:
    """Save what is printed in a terminal of so many columns."""
    os.environ["COLUMNS"] = str(width)  # or tables are of no terminal, and not recorded
    console.record, console.width, console.file = True, width, io.StringIO()
    show()
    path.parent.mkdir(parents=True, exist_ok=True)
    console.save_svg(str(path), title=title, code_format=TEMPLATE)


asyncio.run(draw(Path(sys.argv[1])))
