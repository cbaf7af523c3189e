"""A report of a migration that a person can read and sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.features.gate import iso
from tessella.domain.hashing import digest
from tessella.domain.intervals import Interval
from tessella.domain.taxonomy.game import Strategy
from tessella.domain.taxonomy.rollout.validation import (
    NEEDED_AGREEMENT,
    NEEDED_PLAYERS,
    NEEDED_SIMILARITY,
    ComparedPlayer,
    Validation,
)

_SIGNATURE: Final = "| | name | date | signature |\n|---|---|---|---|\n| Checked by | | | |\n| Released by | | | |"


def migration_report(found: Validation, strategy: Strategy) -> str:
    """The report as Markdown. It ends with a digest of all that is above: a signed copy can be told from another.

    Players are named by pseudonym only.
    """
    text = "\n".join(_lines(found, strategy))
    return f"{text}\n\nDigest of this report (SHA-256): `{digest(text)}`\n"


def _lines(found: Validation, strategy: Strategy) -> Iterator[str]:
    yield f'# Migration of the game "{found.game_id}"'
    yield ""
    version = found.taxonomy_version or "none"
    yield f"Made at {iso(found.made_at)}, with version {version} of its taxonomy, under `{strategy}`."
    yield ""
    yield "**The migration may go on.**" if found.holds else "**The migration should not go on yet.**"
    yield from (f"- {each}" for each in found.reasons)
    yield ""
    yield from _figures(found)
    yield from _causes(found)
    yield from _different(found)
    yield "## Signed"
    yield ""
    yield _SIGNATURE


def _figures(found: Validation) -> Iterator[str]:
    agreement = found.agreement
    kappa = "unknown" if agreement.kappa is None else f"{agreement.kappa:.2f}"
    yield "| figure | value | needed |"
    yield "|---|---|---|"
    yield f"| players asked | {found.players:,} | |"
    yield f"| answered by both | {found.compared:,} | {NEEDED_PLAYERS} |"
    yield f"| mean similarity of profiles | {_percent(found.mean_similarity)} | over {NEEDED_SIMILARITY:.0%} |"
    yield f"| of them equivalent (90 % or more) | {found.equivalent:,}, {_between(found.equivalent_interval)} | |"
    yield f"| anomalies agree | {_percent(agreement.share)}, {_between(agreement.interval)} | {NEEDED_AGREEMENT:.0%} |"
    yield f"| agreement beyond chance (kappa) | {kappa} | |"
    yield ""


def _causes(found: Validation) -> Iterator[str]:
    if found.causes:
        yield "## Why profiles differ"
        yield ""
        yield "| cause | players |"
        yield "|---|---|"
        yield from (f"| {_cell(name)} | {count:,} |" for name, count in found.causes)
        yield ""


def _different(found: Validation) -> Iterator[str]:
    if found.different:
        yield "## Who differs most"
        yield ""
        yield "| player | similarity | legacy | unified |"
        yield "|---|---|---|---|"
        yield from (_player(each) for each in found.different)
        yield ""


def _player(compared: ComparedPlayer) -> str:
    causes = compared.profile.causes
    legacy, unified = (
        "; ".join(f"{each.axis_name}: {said}".removeprefix(": ") for each, said in zip(causes, told, strict=True))
        for told in ([each.legacy for each in causes], [each.unified for each in causes])
    )
    return f"| {compared.player} | {_percent(compared.profile.similarity)} | {_cell(legacy)} | {_cell(unified)} |"


def _cell(text: str) -> str:
    """Names come from outside: none of them may end a cell or a line, or be taken for markup."""
    return "".join(f"\\{each}" if each in "|\\`*_<>[]#" else " " if each in "\r\n" else each for each in text)


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.1%}"


def _between(interval: Interval) -> str:
    return f"{interval.low:.1%} to {interval.high:.1%}"
