"""The fields of a record as rows: name, default, meaning."""

import json
from collections.abc import Iterator, Mapping

import msgspec

from tools.reference.comments import field_comments
from tools.reference.markdown import code

COLUMNS = ["field", "default", "meaning"]


def fields_of(described: type[msgspec.Struct], meanings: Mapping[str, str]) -> Iterator[list[str]]:
    """The comment above a field says what it means; `meanings` say so where there is none."""
    comments = field_comments(described)
    for each in msgspec.structs.fields(described):
        yield [code(each.name), default_of(each), comments[each.name] or meanings[each.name]]


def default_of(field: msgspec.structs.FieldInfo) -> str:
    """What holds where a field is left out."""
    if field.required:
        return "required"
    default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return code(json.dumps(_whole(default)))


def _whole(default: object) -> object:
    """With its own defaults, which are left out where it is stored."""
    return msgspec.structs.asdict(default) if isinstance(default, msgspec.Struct) else msgspec.to_builtins(default)
