"""How engines write the name of a view: up to three words with dots between, each quoted."""

from __future__ import annotations

from tessella.domain.rules.sql import Engine, nodes


def view_name(view: str, engine: Engine) -> str:
    """The view as SQL.

    >>> view_name("dwh.customers", "postgres"), view_name("customers", "spark")
    ('"dwh"."customers"', '`customers`')
    """
    return ".".join(nodes.render(nodes.column(word), engine) for word in view.split("."))


def all_rows(view: str, engine: Engine) -> str:
    """SQL that yields the rows of a view."""
    return f"SELECT * FROM {view_name(view, engine)}"
