"""API keys."""

from __future__ import annotations

from typing import Annotated

import msgspec

from tessella.domain.identifiers import SUBJECT_MAX_LENGTH, Role
from tessella.domain.identity.addresses import MOST_NETWORKS
from tessella.domain.identity.keys import LABEL_MAX_LENGTH


class KeyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a new key may do, and what it is bound to."""

    role: Role
    #: What it is for.
    label: Annotated[str, msgspec.Meta(max_length=LABEL_MAX_LENGTH)] = ""
    #: Whom it acts for, with the role client or reader. Without one it is anonymous.
    subject_id: Annotated[str, msgspec.Meta(min_length=1, max_length=SUBJECT_MAX_LENGTH)] | None = None
    #: Addresses and networks that it may be used from, such as 203.0.113.0/24; empty for any.
    allowed_addresses: Annotated[list[str], msgspec.Meta(max_length=MOST_NETWORKS)] = []
    #: Whether each of its requests has to be signed.
    is_signed: bool = False


class KeyShown(msgspec.Struct, frozen=True):
    """A key. Its text was shown when it was made."""

    key_id: str
    role: Role
    label: str
    subject_id: str | None
    allowed_addresses: list[str]
    is_signed: bool
    created_at: str
    revoked_at: str | None


class KeyPage(msgspec.Struct, frozen=True):
    """The oldest first, the revoked ones too."""

    items: list[KeyShown]
    next_cursor: str | None


class KeyCreated(msgspec.Struct, frozen=True):
    """A new key, and what signs its requests. Neither is shown again."""

    key_id: str
    key: str
    #: null where its requests need no signature.
    signing_secret: str | None
