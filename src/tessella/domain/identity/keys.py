"""API keys: `tess_<namespace>.<key_id>.<secret>`, and what one may be bound to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import NAMESPACE_PATTERN, SUBJECT_MAX_LENGTH, Instant, Namespace, Role, SubjectId
from tessella.domain.identity.addresses import Network

#: Credentials that begin so are API keys.
PREFIX: Final = "tess_"
#: Roles that act for one subject only.
BOUND: Final = frozenset({Role.CLIENT, Role.READER})
LABEL_MAX_LENGTH: Final = 200

_KEY: Final = re.compile(rf"{PREFIX}({NAMESPACE_PATTERN.pattern})\.([0-9a-f]{{12}})\.([0-9A-Za-z_-]{{43}})")


@dataclass(frozen=True, slots=True)
class KeyText:
    """What a key's text says of itself. Nothing of it is proved."""

    namespace: Namespace
    key_id: str
    secret: str

    def __str__(self) -> str:
        return f"{PREFIX}{self.namespace}.{self.key_id}.{self.secret}"


@dataclass(frozen=True, slots=True)
class KeyConditions:
    """What a request has to meet besides proving its key."""

    #: The networks that it has to come from; empty for any.
    networks: tuple[Network, ...] = ()
    #: What it has to be signed with, sealed; None where it need not be.
    sealed_secret: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class WantedKey:
    """A key that is to be made."""

    role: Role
    label: str = ""
    #: Whom it acts for. Without one a client or reader is anonymous.
    subject_id: SubjectId | None = None
    networks: tuple[Network, ...] = ()
    #: Whether each of its requests has to be signed.
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A new key. Its texts are shown this once."""

    key_id: str
    text: str = field(repr=False)
    #: What its requests are signed with; None where they need no signature.
    signing_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is listed."""

    key_id: str
    role: Role
    label: str
    subject_id: SubjectId | None
    networks: tuple[Network, ...]
    is_signed: bool
    created_at: Instant
    revoked_at: Instant | None


def read_key(text: str) -> KeyText | None:
    """The parts of a key's text; None for what is no key.

    >>> read_key("tess_shop.0123456789ab." + "s" * 43).key_id
    '0123456789ab'
    >>> read_key("tess_shop")
    """
    parts = _KEY.fullmatch(text)
    return None if parts is None else KeyText(Namespace(parts[1]), parts[2], parts[3])


def check_wanted(wanted: WantedKey) -> None:
    """Raises `WrongShape` for a key that cannot be: a subject is for the roles that act for one.

    >>> check_wanted(WantedKey(Role.CLIENT, "Ann's phone", SubjectId("h1")))
    """
    if len(wanted.label) > LABEL_MAX_LENGTH:
        raise WrongShape("/label", f"A label has {LABEL_MAX_LENGTH} characters at most.", "Say what the key is for.")
    if wanted.subject_id is None:
        return
    if wanted.role not in BOUND:
        roles = " and ".join(sorted(BOUND))
        raise WrongShape(
            "/subject_id", f"A key with the role {wanted.role} acts for no subject.", f"It is for {roles}."
        )
    if not 0 < len(wanted.subject_id) <= SUBJECT_MAX_LENGTH:
        problem = f"A subject's id has 1 to {SUBJECT_MAX_LENGTH} characters."
        raise WrongShape("/subject_id", problem, "Use the id that events and facts carry.")
