"""The demo's keys: made once and kept in `TESSELLA_HOME`, so that starting again makes no further ones.

The link that signs a browser in is another at each start.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tessella.bootstrap import Application
from tessella.demo.lists import HOUSEHOLD
from tessella.demo.load import DEMO
from tessella.domain.errors import Unauthenticated
from tessella.domain.identifiers import Role
from tessella.domain.identity.keys import WantedKey
from tessella.domain.identity.sign_ins import DEMO_LINK_SECONDS
from tessella.ports.clock import present
from tessella.storage.installation.secret_files import replace_private

_ADMIN: Final = WantedKey(Role.ADMIN, "demo")
#: A household's own: it asks for nobody else.
_CLIENT: Final = WantedKey(Role.CLIENT, "demo, one household", HOUSEHOLD)


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """Texts of keys, and of what stands for one."""

    #: Of the demo's administrator.
    admin: str
    #: Of the household that is shown.
    client: str
    #: Of a link that signs a browser in as the administrator, once.
    link_code: str


async def demo_keys(application: Application) -> DemoKeys:
    """Both keys; others when the last were revoked, or are of another database. And a new link."""
    admin = await _kept(application, "demo_key", _ADMIN)
    client = await _kept(application, "demo_client_key", _CLIENT)
    return DemoKeys(admin, client, application.sign_ins.link(admin, present(), DEMO_LINK_SECONDS))


async def _kept(application: Application, file: str, wanted: WantedKey) -> str:
    path = application.settings.home / file
    with suppress(FileNotFoundError, Unauthenticated):
        key = path.read_text().strip()
        await application.keys.verify(key)
        return key
    made = await application.administration.create(DEMO, wanted)
    replace_private(path, made.text)
    return made.text
