"""YAML, and JSON with it, as values of JSON."""

from __future__ import annotations

import re
from typing import Final

import yaml

from tessella.domain.errors import FileInvalid
from tessella.domain.identifiers import Json

_BOOLEAN: Final = "tag:yaml.org,2002:bool"
_READ_AS_TEXT: Final = {_BOOLEAN, "tag:yaml.org,2002:timestamp"}


class _Loader(yaml.SafeLoader):
    """A date is text, and only true and false are booleans: NO is Norway."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _READ_AS_TEXT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile("^(?:true|false)$"), ["t", "f"])


def read_text(text: str, file: str) -> Json:
    """The value that `text` holds; `file` says in errors where it is from. Raises `FileInvalid`."""
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        raise FileInvalid(file, "", f"It is not YAML or JSON: {' '.join(str(error).split())}.") from error
    except RecursionError as error:
        raise FileInvalid(file, "", "It is nested too deeply.") from error
