"""Sessions of browsers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec

from tessella.access import MATRIX, Extent
from tessella.domain.identifiers import Role

#: Each operation by its name, so that nobody asks about one that there is not.
_BY_NAME: Final[dict[str, Any]] = {
    "properties": {name: {"type": "string", "enum": [Extent.OWN, Extent.ANY]} for name in sorted(MATRIX.operations)},
    "additionalProperties": False,
}
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=8192)]


class SessionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to sign in with: one of the two."""

    #: An API key, or a JSON Web Token.
    credential: Text | None = None
    #: The code of a one-time link: what follows #enter= in it.
    link: Text | None = None


class SessionShown(msgspec.Struct, frozen=True):
    """Who is signed in, and what they may do."""

    namespace: str
    role: Role
    #: Whom a client or reader acts for; null for any other role, and for an anonymous key.
    subject_id: str | None
    #: Sent as X-CSRF-Token with everything but GET.
    csrf_token: str
    expires_at: str
    #: Every operation that the role may do, by its name in the matrix: for any subject, or for the caller's own. One
    #: that is missing it may not do.
    operations: Annotated[Mapping[str, Extent], msgspec.Meta(extra_json_schema=_BY_NAME)]
