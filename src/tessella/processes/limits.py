"""What the operating system lets a process hold."""

from __future__ import annotations

import resource
from contextlib import suppress
from typing import Final

#: Enough for as many connections as one process can serve.
_FILES: Final = 65_536


def allow_many_files() -> None:
    """Let this process and its children hold as many files and connections as the system allows them to ask for.

    Shells start programs with 1,024, so that programs that wait with `select` go on working. Ours do not.
    """
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
    with suppress(ValueError, OSError):  # macOS may refuse what it seems to allow
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(files, wanted), most))
