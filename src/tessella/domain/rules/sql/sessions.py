"""What a session has to be set to for the SQL of a rule to mean what it says, whatever its server is set to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SPARK_SETTINGS: Final[Mapping[str, str]] = {
    #: A moment without a zone is UTC.
    "spark.sql.session.timeZone": "UTC",
    #: `\\` in a literal is one backslash.
    "spark.sql.parser.escapedStringLiterals": "false",
    #: A conversion that cannot be made is an error rather than a NULL, so that a form of ours that is wrong is seen.
    "spark.sql.ansi.enabled": "true",
}
