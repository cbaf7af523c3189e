"""Write every page: `python -m tools.reference`."""

from tools.reference.markdown import DOCS
from tools.reference.pages import PAGES


def main() -> None:
    for name, write in PAGES.items():
        (DOCS / name).write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main()
