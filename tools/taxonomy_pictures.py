"""Draw the pictures of docs/explanation/taxonomy.md, and write its cards: python -m tools.taxonomy_pictures docs.

All but one are of real players: households of a grocer, and customers of a gift shop.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.taxonomy_games import gifts, households
from benchmarks.taxonomy_real import taxonomy_of
from tools.taxonomy_cards import write_cards
from tools.taxonomy_plots import axis_picture, days_picture, gap_picture
from tools.taxonomy_sideways import sideways_picture


def main(folder: Path) -> None:
    """Everything, from one calibration of each game."""
    images = folder / "images"
    games = [(real, taxonomy_of(real)) for real in (households(), gifts())]
    write_cards(folder / "explanation" / "taxonomy.md", games)
    axis_picture(images / "taxonomy-axis.svg", *games[0])
    gap_picture(images / "taxonomy-gap.svg", games[0][0])
    days_picture(images / "taxonomy-days.svg", games)
    sideways_picture(images / "taxonomy-sideways.svg", *games[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
