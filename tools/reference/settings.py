"""The page about settings."""

import re
from collections.abc import Iterable
from inspect import getdoc
from types import NoneType
from typing import Any, get_args

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from tessella.settings import Settings
from tessella.settings.home import HomeSettings
from tools.reference.comments import field_comments
from tools.reference.markdown import code, codes, document, table

INTRODUCTION = """\
Every setting is an environment variable. Knobs have variables of their own: see [knobs](knobs.md). `TESSELLA_NAMESPACE`
is the namespace of commands that are not told one with `-n`; without it, that is `demo`.

A secret can stand in a file instead: `TESSELLA_KEY_PEPPER_FILE` names one that holds what `TESSELLA_KEY_PEPPER` would.
Every variable of a secret has such a name, its other spellings and the credentials below too.

So have the credentials of customer sources: `TESSELLA_WAREHOUSE_<NAMESPACE>__<SOURCE>_USER`, `_PASSWORD`, `_TOKEN`, and
`_DSN`, which says where to connect and as whom in place of the declared location. The ids stand there in capitals, and
whatever in them is no small letter or digit is `_` with its hexadecimal number: the password of the source `crm-eu` of
the namespace `acme` is `TESSELLA_WAREHOUSE_ACME__CRM_2DEU_PASSWORD`. What is missing is told by its name. Nothing is
sent to a server that is not in `TESSELLA_WAREHOUSE_URLS`, unless a `_DSN` names it."""
BOUNDS = {"ge": "at least {}", "gt": "more than {}", "le": "at most {}", "lt": "less than {}"}
BOUNDS |= {"min_length": "{} or more characters", "max_length": "at most {} characters"}
NAMES = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "SecretStr": "text, secret"}


def page() -> str:
    groups = (HomeSettings, *Settings.__bases__)
    comments = {name: comment for group in groups for name, comment in field_comments(group).items()}
    rows = [_row(name, Settings.model_fields[name], comment) for name, comment in comments.items()]
    return document("Settings", INTRODUCTION, table(["variable", "type", "default", "meaning"], rows))


def _row(name: str, field: FieldInfo, comment: str) -> list[str]:
    return [codes(_variables(name, field)), _type(field), _default(field), comment]


def _variables(name: str, field: FieldInfo) -> Iterable[str]:
    alias = field.validation_alias
    prefix = Settings.model_config["env_prefix"]
    return getattr(alias, "choices", None) or [f"{prefix}{name}".upper()]


def _type(field: FieldInfo) -> str:
    kinds = [each for each in get_args(field.annotation) or (field.annotation,) if each is not NoneType]
    names = [NAMES.get(name, name.lower()) for name in map(_name, kinds)]
    return ", ".join([" or ".join(names), *(_bound(each) for each in field.metadata if not hasattr(each, "pattern"))])


def _name(kind: Any) -> str:
    return getattr(kind, "__name__", None) or re.sub(r"\W+", " ", str(kind)).strip()


def _bound(metadata: object) -> str:
    name, words = next((name, words) for name, words in BOUNDS.items() if hasattr(metadata, name))
    return words.format(f"{getattr(metadata, name):,}")


def _default(field: FieldInfo) -> str:
    """A default that is computed is described by the docstring of the function that does it."""
    if field.default_factory is not None:
        return getdoc(field.default_factory) or "computed"
    if field.default is PydanticUndefined:
        return "required"
    return "none" if field.default is None else code(str(field.default).lower())
