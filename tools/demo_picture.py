"""Draw what `tessella demo` prints: python -m tools.demo_picture docs/images/demo.svg."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT

from tessella.bootstrap import running
from tessella.cli.demo import loaded, print_demo
from tessella.cli.output import console
from tessella.settings import Settings

#: The picture names no font that would be fetched.
TEMPLATE = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


async def draw(path: Path) -> None:
    """Load the demo and save its output as a picture."""
    console.record, console.width = True, 96
    async with running(Settings()) as application:
        print_demo(await loaded(application))
    path.parent.mkdir(parents=True, exist_ok=True)
    console.save_svg(str(path), title="tessella demo", code_format=TEMPLATE)


asyncio.run(draw(Path(sys.argv[1])))
