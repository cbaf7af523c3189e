"""A few shapes on axes as SVG text: enough for the pictures of the documents, and the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Final

#: Two greys for letters and lines, and colours that also differ for who sees red and green alike.
TEXT, FAINT = "#333333", "#cccccc"
COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#999999")
_LEFT, _TOP, _BOTTOM, _RIGHT = 52, 30, 34, 26

Place = tuple[float, float]


@dataclass
class Panel:
    """One pair of axes, so many pixels from the left edge of its picture."""

    title: str
    x: tuple[float, float]
    y: tuple[float, float]
    left: float = 0.0
    width: float = 600.0
    height: float = 260.0
    shapes: list[str] = field(default_factory=list)

    def at(self, x: float, y: float) -> Place:
        """Where a point is, in pixels."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        inside = self.width - _LEFT - _RIGHT, self.height - _TOP - _BOTTOM
        return round(self.left + _LEFT + across * inside[0], 1), round(self.height - _BOTTOM - up * inside[1], 1)

    def line(self, points: Sequence[Place], colour: str, dashes: str = "none") -> None:
        """From point to point."""
        path = " ".join(f"{x},{y}" for x, y in (self.at(*each) for each in points))
        stroke = f'stroke="{colour}" stroke-width="1.8" stroke-dasharray="{dashes}"'
        self.shapes.append(f'<polyline points="{path}" fill="none" {stroke}/>')

    def band(self, low: Sequence[Place], high: Sequence[Place], colour: str) -> None:
        """Between two lines."""
        path = " ".join(f"{x},{y}" for x, y in (self.at(*each) for each in [*low, *reversed(high)]))
        self.shapes.append(f'<polygon points="{path}" fill="{colour}" fill-opacity="0.25"/>')

    def dot(self, point: Place, colour: str, radius: float = 4) -> None:
        """One point."""
        x, y = self.at(*point)
        self.shapes.append(f'<circle cx="{x}" cy="{y}" r="{radius:g}" fill="{colour}"/>')

    def text(self, point: Place, text: str, colour: str = TEXT, anchor: str = "start") -> None:
        """A label at a point."""
        x, y = self.at(*point)
        self.shapes.append(_text(x, y, text, colour, anchor))

    def x_ticks(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Labels below the axis."""
        for value, name in ticks:
            x, y = self.at(value, self.y[0])
            self.shapes.append(_text(x, y + 18, name, TEXT, "middle"))

    def y_ticks(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Labels beside the axis, with a faint line through the panel."""
        for value, name in ticks:
            (x, y), (end, _) = self.at(self.x[0], value), self.at(self.x[1], value)
            self.shapes.insert(0, f'<line x1="{x}" y1="{y}" x2="{end}" y2="{y}" stroke="{FAINT}"/>')
            self.shapes.append(_text(x - 6, y + 4, name, TEXT, "end"))

    def drawn(self) -> Iterator[str]:
        """All of it."""
        yield _text(self.left + _LEFT, 18, self.title, TEXT, "start", weight="bold")
        yield from self.shapes


def save(path: Path, described: str, panels: Sequence[Panel]) -> None:
    """Write a picture of panels side by side. `described` is for who cannot see it."""
    width, height = max(each.left + each.width for each in panels), max(each.height for each in panels)
    shapes = "\n".join(shape for each in panels for shape in each.drawn())
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" font-family="sans-serif"'
    title = f"<title>{escape(described)}</title>"
    white = '<rect width="100%" height="100%" fill="#ffffff"/>'
    path.write_text("\n".join([f'{head} font-size="12" role="img">', title, white, shapes, "</svg>", ""]))


def _text(x: float, y: float, text: str, colour: str, anchor: str, weight: str = "normal") -> str:
    style = f'fill="{colour}" text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'
