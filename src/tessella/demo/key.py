"""The demo's key: made once and kept in `TESSELLA_HOME`, so that starting again makes no further one."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from tessella.bootstrap import Application
from tessella.demo.load import DEMO
from tessella.domain.errors import Unauthenticated
from tessella.domain.identifiers import Role
from tessella.storage.installation.secret_files import replace_private

_FILE: Final = "demo_key"


async def demo_key(application: Application) -> str:
    """The key of the demo's administrator; another one when the last was revoked, or is of another database."""
    path = application.settings.home / _FILE
    with suppress(FileNotFoundError, Unauthenticated):
        key = path.read_text().strip()
        await application.keys.verify(key)
        return key
    key = await application.administration.create_key(DEMO, Role.ADMIN, "demo")
    replace_private(path, key)
    return key
