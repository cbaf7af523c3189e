"""YAML, and JSON with it, as values of JSON."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError

from tessella.domain.errors import FileInvalid
from tessella.domain.identifiers import Json

_TAG: Final = "tag:yaml.org,2002:"
_WHOLE: Final = "[-+]?(?:0|[1-9][0-9]*)"
#: What is written without quotes, and the characters that it begins with. 010 is text, and so are 1:30 and 1_000.
_PLAIN: Final = (
    ("bool", "true|false", "tf"),
    ("int", _WHOLE, "-+0123456789"),
    ("float", rf"(?:{_WHOLE}\.[0-9]*|[-+]?\.[0-9]+)(?:[eE][-+][0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+."),
)
_READ_OTHERWISE: Final = {f"{_TAG}{name}" for name in ("bool", "int", "float", "timestamp")}
_NOT_KEPT: Final = re.compile("[\0\ud800-\udfff]")


class _Loader(yaml.SafeLoader):
    """What JSON can say, and no more.

    A date is text, and only true and false are booleans: NO is Norway. Keys are text, each once. There are no aliases:
    nine lines of them can stand for a billion values, and one may hold itself. There are no tags.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            problem = "aliases are not read: write the value out"
            raise ComposerError(None, None, problem, None if parent is None else parent.start_mark)
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs say nothing of it
        if getattr(event, "tag", None) is not None:
            problem = "tags are not read: write text in quotes, and anything else as in JSON"
            raise ComposerError(None, None, problem, None if parent is None else parent.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str":
                raise ConstructorError(None, None, "a key must be text", key.start_mark)
            if key.value in seen:
                raise ConstructorError(None, None, f'the key "{key.value}" is written twice', key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> str:
        text = str(super().construct_scalar(node))
        if _NOT_KEPT.search(text):
            problem = "text must not hold NUL or half of a surrogate pair"
            raise ConstructorError(None, None, problem, node.start_mark)
        return text


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _READ_OTHERWISE]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for name, pattern, begins in _PLAIN:
    _Loader.add_implicit_resolver(f"{_TAG}{name}", re.compile(f"^(?:{pattern})$"), list(begins))


def read_text(text: str, file: str) -> Json:
    """The value that `text` holds; `file` says in errors where it is from. Raises `FileInvalid`."""
    try:
        return yaml.load(text, _Loader)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an integer of thousands of digits
        raise FileInvalid(file, "", f"It is not YAML or JSON: {' '.join(str(error).split())}.") from error
    except RecursionError as error:
        raise FileInvalid(file, "", "It is nested too deeply.") from error
