"""Begins a child: `python -m tessella.processes.begin MODULE LIFELINE ARGUMENTS...` calls the module's `main`."""

from __future__ import annotations

import sys
from importlib import import_module

from tessella.processes.loading import loading


def main() -> None:
    """Load the module, then be it."""
    name = sys.argv.pop(1)
    with loading():
        module = import_module(name)
    module.main()


if __name__ == "__main__":
    main()
