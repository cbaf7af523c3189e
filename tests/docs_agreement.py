"""Whether what was printed is what a document shows.

`...` stands for any text; alone on its line, for any lines. In JSON it stands for any text within a string, for any
value as a string of its own, and at the end of an object or list for whatever follows.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

ANY = "..."
#: The last three of four dots: `tess_shop....` is a text that begins with `tess_shop.`.
DOTS = re.compile(r"\.\.\.(?!\.)")
STRING_OR_REST = re.compile(r'"(?:[^"\\]|\\.)*"|\.\.\.(?P<in_object>\s*\})?')


def agrees(language: str, expected: str, printed: str) -> bool:
    """Whether `printed` agrees with a ```text or ```json block."""
    if language == "json":
        return agrees_as_json(json.loads(STRING_OR_REST.sub(_as_json, expected)), json.loads(printed))
    return re.fullmatch("".join(_patterns(expected)), _trimmed(printed)) is not None


def _patterns(text: str) -> Iterator[str]:
    for line in _trimmed(text).splitlines():
        yield r"(?:.*\n)*" if line.strip() == ANY else _pattern(line) + r"\n"


def _pattern(text: str) -> str:
    return ".*".join(map(re.escape, DOTS.split(text)))


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


def _as_json(found: re.Match[str]) -> str:
    """A string as it is, and what stands for the rest as JSON can hold it."""
    if found[0].startswith('"'):
        return found[0]
    return '"...": "..."}' if found["in_object"] else '"..."'


def agrees_as_json(expected: object, found: object) -> bool:
    """The same for parsed JSON."""
    if expected == ANY:
        return True
    if isinstance(expected, dict) and isinstance(found, dict):
        return _objects_agree(expected, found)
    if isinstance(expected, list) and isinstance(found, list):
        return _lists_agree(expected, found)
    if isinstance(expected, str) and isinstance(found, str):
        return re.fullmatch(_pattern(expected), found, re.DOTALL) is not None
    return type(expected) is type(found) and expected == found


def _objects_agree(expected: Mapping[str, object], found: Mapping[str, object]) -> bool:
    names = expected.keys() - {ANY}
    complete = names <= found.keys() if ANY in expected else names == found.keys()
    return complete and all(agrees_as_json(expected[name], found[name]) for name in names)


def _lists_agree(expected: Sequence[object], found: Sequence[object]) -> bool:
    if expected and expected[-1] == ANY:
        return len(found) >= len(expected) - 1 and all(map(agrees_as_json, expected[:-1], found))
    return len(found) == len(expected) and all(map(agrees_as_json, expected, found))
