"""Values of JSON as YAML that people like to read, and that reads back as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from tessella.domain.identifiers import Json

_WIDTH: Final = 110
#: What has so many characters at most as JSON stands on one line.
_SHORT: Final = 60
#: Line ends of other alphabets. YAML reads them as such, and the writer does not know that everywhere.
_FOLDED: Final = re.compile("[\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    """Structure in blocks, short lists and rules on one line, texts of several lines as they look. No aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Items of a list stand further right than its name."""
        super().increase_indent(flow, indentless=False)

    def serialize(self, node: yaml.Node) -> None:
        """The whole is never on one line."""
        if isinstance(node, yaml.CollectionNode):
            node.flow_style = False
        super().serialize(node)


def _represent_list(dumper: yaml.SafeDumper, values: Sequence[Json]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=_is_short(values))


def _represent_object(dumper: yaml.SafeDumper, values: Mapping[str, Json]) -> yaml.Node:
    """A node of a rule has one key: it stays together where it can."""
    on_one_line = len(values) == 1 and _is_short(values)
    return dumper.represent_mapping("tag:yaml.org,2002:map", values, flow_style=on_one_line)


def _is_short(value: Json) -> bool:
    return len(json.dumps(value)) <= _SHORT


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    if _FOLDED.search(text):
        return '"'
    return "|" if "\n" in text else None


_Dumper.add_representer(list, _represent_list)
_Dumper.add_representer(tuple, _represent_list)
_Dumper.add_representer(dict, _represent_object)
_Dumper.add_representer(str, _represent_text)


def write_text(value: Json) -> str:
    """YAML that `read_text` reads back to an equal value, with every key where it was."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=_WIDTH)
