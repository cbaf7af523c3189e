"""Where a fault is, as who typed a command sees it: the option, not the field that it fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import typer

from tessella.domain.identifiers import Pointer

#: Options by the field of a request, where the two have other names.
_FIELDS: Final = {
    "item_ids": "items",
    "anchor_item_ids": "anchors",
    "profile_ids": "profiles",
    "subject_id": "subject",
    "campaign_id": "campaign",
    "first": "compare",
    "second": "compare",
}

#: The options of a command by the name of what they fill, such as "as_of": "--as-of".
Options = Mapping[str, str]


def options_of(program: Any, arguments: Sequence[str]) -> Options:
    """The options of the command that the arguments call."""
    command = typer.main.get_command(program)
    for name in arguments:
        command = getattr(command, "commands", {}).get(name, command)
    return {each.name: each.opts[0] for each in command.params if each.name and each.opts[0].startswith("--")}


def place_of(pointer: Pointer, options: Options) -> str:
    """The option that a fault is in, and where in its value; the pointer itself where no option fills the field.

    >>> place_of("/overrides/alfa", {"overrides": "--overrides"}), place_of("/item_ids/0", {"items": "--item"})
    ('--overrides, /alfa', '--item')
    >>> place_of("/rules/0", {"limit": "--limit"})
    '/rules/0'
    """
    field, _, below = pointer.removeprefix("/query").removeprefix("/").partition("/")
    option = options.get(field) or options.get(_FIELDS.get(field, ""))
    if option is None:
        return pointer
    return f"{option}, /{below}" if below and not below.isdigit() else option
