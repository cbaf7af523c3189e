"""The page about games as definitions."""

from collections.abc import Iterator

from tessella.domain.features.of_games import PREFIX
from tessella.domain.features.types import FeatureType
from tessella.domain.taxonomy.checks import LEAST_OF_AXIS, MOST_METRICS, MOST_OF_AXIS
from tessella.domain.taxonomy.day_checks import LEAST_WINDOW_DAYS, MOST_HOLIDAYS, MOST_WINDOW_DAYS
from tessella.domain.taxonomy.days.kinds import DAY_KINDS
from tessella.domain.taxonomy.game import (
    Anomalies,
    AnomalyMethod,
    Context,
    DayMetric,
    DayRows,
    Game,
    Legacy,
    Outcome,
    Rollout,
    Scale,
    SegmentRule,
    Strategy,
    UniversalAxis,
)
from tessella.domain.taxonomy.names import GAME_MAX_LENGTH, NAME_MAX_LENGTH, RESERVED_AXES
from tools.reference.markdown import code, codes, document, fence, table
from tools.reference.records import COLUMNS, fields_of

INTRODUCTION = f"""\
A game says what is measured of a player's day, and which metrics feed which axis of behaviour. Any subject can be a
player. A game is a definition: a file in `games/`, an object under `/api/v1/games`, with drafts, plans and versions.
What a calibration finds in its days, the taxonomy, is no part of it: it has versions of its own, and a rollback of
definitions leaves it as it is. A game_id is at most {GAME_MAX_LENGTH} characters."""
EXAMPLE = """\
game_id: store
timezone: America/New_York
holidays: ["12-25", "2026-11-26"]
metrics:
  spend: {kind: {kind: sum, event_type: purchase, field: value}, scale: log, unit: USD}
  baskets: {kind: {kind: distinct_count, event_type: purchase, field: basket_id}}
  hour: {kind: {kind: hour, event_type: purchase}, unit: hours}
  away: {kind: {kind: gap}, scale: log, unit: days}
axes:
  monetization: [spend, baskets]
  temporal: [hour, away]
outcomes: {ltv: prediction.ltv_usd}"""
METRICS = f"""\
There are at most {MOST_METRICS}. A name is 1 to {NAME_MAX_LENGTH} small letters, digits and `_`, a letter first. A day
of a player is one with an event that a metric counts, in the game's zone; a silent day is none. A metric with the scale
`log` is measured as log(1 + x), and a value below 0 is left out and told.

Kinds are those of [features](feature-kinds.md) over the events of the day, without `window_days`, and two more: `hour`
is the mean hour of the events, and `gap` the days since the player's day before. There are
{codes(DAY_KINDS)}."""
AXES = f"""\
A universal axis has {LEAST_OF_AXIS} to {MOST_OF_AXIS} metrics, and a metric feeds one at most. Metrics of no axis, and
what universal axes leave over, are where a calibration looks for axes of the game's own.

With `segments: natural` an axis has the groups that are there, and often none: then one segment holds everybody. With
`elbow` a continuum without groups is cut as document C says, where the cut can be told again. The taxonomy says which
of both it is."""
DAYS = f"""\
A holiday is a day in the game's zone, and is that whatever its weekday; at most {MOST_HOLIDAYS} are named.
`window_days` is {LEAST_WINDOW_DAYS} to {MOST_WINDOW_DAYS}."""
ROWS = """\
With `days`, the game reads rows of a player and a day from where a source of customers may lie, and no events. A metric
is the column of its name, or of `column`; it may be a `gap`. Players who have opted out are left out."""
FEATURES = f"""\
A feature of `source: taxonomy` is written by the taxonomy of a game, for everybody who has days, and by nothing else.
It can be declared for each universal axis of a game and for one that a calibration may find. No axis is called one of
{codes(sorted(RESERVED_AXES))}. Rules, targeting and filters read these features as any other, and a game that has some
is not deleted."""
MEANINGS = {
    "game_id": "Its name.",
    "name": "What people call it.",
    "description": "For people.",
    "days": "See below. None: days are made from the events of the namespace.",
    "anomalies": "Below.",
    "rollout": "Below.",
    "weekend": "Days of the week; six at most.",
    "segments": f"What parts the players of an axis: one of {codes(SegmentRule)}. See below.",
    "scale": f"One of {codes(Scale)}.",
    "unit": "For people, such as `USD`.",
    "method": f"What alerts: one of {codes(AnomalyMethod)}.",
    "strategy": f"One of {codes(Strategy)}.",
    "legacy": "Below; none where the game did not come from another system.",
    "player": "The column of the player's id.",
    "engine": "What reads the rows.",
    "timeout_ms": "So long an answer is waited for, 1 to 60,000.",
}
TOLD = [
    (f"{PREFIX}GAME.AXIS", FeatureType.STRING, "The name of the segment that fits best."),
    (f"{PREFIX}GAME.AXIS.membership", FeatureType.NUMBER, "How much the player belongs to it, 0 to 1."),
    (f"{PREFIX}GAME.anomaly", FeatureType.NUMBER, "The score of the last day by the method in force, 0 to 1."),
]


def page() -> str:
    return document(
        "Games",
        INTRODUCTION,
        fence(EXAMPLE, "yaml"),
        table(COLUMNS, fields_of(Game, MEANINGS)),
        f"Axes are {codes(UniversalAxis)}; outcomes {codes(Outcome)}; contexts of a day {codes(Context)}.",
        "## Metrics",
        METRICS,
        table(COLUMNS, fields_of(DayMetric, MEANINGS)),
        "## Axes",
        AXES,
        "## Days",
        DAYS,
        "## Rows of days",
        ROWS,
        table(COLUMNS, fields_of(DayRows, MEANINGS)),
        "## Anomalies",
        table(COLUMNS, fields_of(Anomalies, MEANINGS)),
        "## Rollout",
        table(COLUMNS, fields_of(Rollout, MEANINGS)),
        table(COLUMNS, fields_of(Legacy, MEANINGS)),
        "## Features",
        FEATURES,
        table(["feature", "type", "value"], _told()),
    )


def _told() -> Iterator[list[str]]:
    for name, kind, meaning in TOLD:
        yield [code(name), code(kind), meaning]
