"""The page about the demo: the moments that it stands at, and the columns of its view of customers."""

from tessella.demo.data import DEFINITIONS
from tessella.demo.load import AS_OF, WEEK_BEFORE
from tessella.domain.audiences.source import DEFAULT_VIEW
from tessella.domain.features.instants import typed_instant
from tessella.domain.features.schema import Feature, Source
from tessella.domain.predictions.setup import Offer
from tessella.files.definitions import read_folder
from tools.reference.markdown import code, document, table

INTRODUCTION = f"""\
`make demo` loads 2,469 real households and their purchases of 2017 into the namespace `demo`. It stands at
{typed_instant(AS_OF)}, midnight of New Year where the stores are: whatever is known of a household is as of then."""
VIEW = f"""\
The source `households` is a Parquet file with one row a household, `households/{DEFAULT_VIEW}.parquet` in the
namespace's folder below `TESSELLA_WAREHOUSE_FOLDERS`. One statement makes it from the study's tables,
`src/tessella/demo/customers.sql`, and makes it again when it is missing. Decisions and audiences read it as they read a
warehouse. `updated_at` is the moment that the rows are of: the view is made as a whole, and columns that count days
change for everybody.

Shares are from 0 to 1. Personal columns are in the file, as they are in warehouses, and nothing reads them."""
TREND = f"""\
Loading the demo calculates audiences twice: as of {typed_instant(WEEK_BEFORE)}, from what was known then, and
a week later. So there is a trend, and `tessella audiences changes` tells who entered and left. The data begin with the
year 2017, so what is summed over a year holds a week less in the first calculation: a small part of the growth of
segments that ask for much in a year is due to that.

Each start decides for every household one by one, as a request is decided, compares that with the last calculation, and
says how many answers differ."""

OFFERS = """\
What a household received of a coupon campaign is an event `offer_shown`, on the day when the campaign began, and the
first coupon of it that the household redeemed is `offer_accepted` (`src/tessella/demo/offers.sql`). The kind of the
campaign is the offer: of Type A the study does not say which coupons a household received. It says who received a
campaign, not who read it. `value_usd` is what those who redeemed paid that day for the products of these coupons, on
average, rounded; it is revenue and no margin."""
MODELS = """\
`make demo` trains a model of churn and one of the next best offer, by jobs that go on while the server answers. Their
cards are printed when they are over; `tessella models card churn` shows the whole one. What was known of a household is
computed as of each moment of the past, so both learn from the events alone. The cells of RFM need no training.

The history is one year long. The next best offer reads nothing that counts over more than 84 days, nor how many
campaigns a household has received: both were small for everybody at the first campaigns, which is no habit."""
EXPERIMENT = """\
The experiment `banner` tries which type of campaign a banner of the home page shows, on the 1,559 households that
received a campaign, by `user.tier`. Its rewards are a replay: a household counts as rewarded under Type A where the
study has it redeeming a coupon of a campaign of Type A, and likewise of B and C. The ids of these rewards begin with
`replay:`. The redemptions are of 2017 and did not depend on any banner, and the retailer sent each type to whom it
chose. So the experiment shows how Tessella learns, and says nothing about banners.

Households come in five batches, and the experiment learns after each: later ones are drawn by what was learned from
those before. Units are mature two minutes later; `tessella experiments results banner` then tells more."""
GAMES = """\
The game `store` has the households as players: what a receipt says of a shopping day. Receipts say nothing of others,
so there is no social axis. Its taxonomy is calibrated by a job beside the server, from the 364 days before the moment
of the demo. Then its axes and segments are printed, where household 13 stands, and which households were unlike
themselves in the last week; the features `taxonomy.store.*` are facts from then on. Most households shade into one
another: where there are no groups, the game asks for the continuum to be cut, and the taxonomy says so.

The game `test_game` has rows of days from a file, as a warehouse has them (`src/tessella/demo/test_game.sql`). Its
players are every third household under the names `player-3`, `player-6` and so on, and `test_player`, who has the days
of household 13. They have no events and no facts, so that they are no subjects of the demo and no household is counted
twice."""
SCOPES = """\
The study knows nothing of horoscopes. `daily_horoscopes` and `notifications` are document D's scopes, with its scores,
over items that are examples (`src/tessella/demo/scope_items.sql`): a horoscope a sign of the day of loading and of the
day before, and seven notifications. No household ever bought one, so no list of products has any.

The vectors of households are told as of the demo's moment, from their receipts and coupons. What the study does not say
is absent: how long a visit was, the device, the country and the zone.

- `session_count_7d` and `session_count_30d` count receipts: a visit to the store is a session.
- `engagement_score` is the share of receipt lines of 30 days at the price of the loyalty card: how far a household
  takes up what the programme offers. 226 of the 2,050 households with a receipt in these days are engaged, 0.7 or more.
- `notification_ctr` is the share of coupon campaigns received in 84 days of which a coupon was redeemed.
- `preferred_time_slot` is the hour with the most receipt lines, UTC.

`user.zodiac` is invented: it follows from the household's number. So the demo shows how scopes rank, and says nothing
about households. How well two signs go together is by how far apart they are in the circle, as
`src/tessella/demo/definitions/scopes/daily_horoscopes.yaml` says.

The study has nothing of the days of today's clock, so that a night finds nobody active. Give jobs the demo's moment:

```text
tessella jobs run nightly_refresh --inputs '{"as_of": "2018-01-01T05:00:00Z"}'
tessella jobs run evaluate_personalization --inputs '{"until": "2018-01-01T05:00:00Z"}'
```

Nobody turned to a horoscope in the study, so `precision`, `map` and `ndcg` are null; diversity, coverage and what
receipts tell are not."""
NAMES = """\
Three things have like names, and none follows from another. The segment "At Risk" is a rule: much spent in a year, and
silent for longer than the household usually is. The cell "At Risk" of RFM is a place among the others by recency,
frequency and monetary value. A risk of churn is a model's probability, which is `high` from a threshold on. In the
stats of a segment `high_percentage` is in percent, 0 to 100, and `avg_probability` is a share, 0 to 1."""


def page() -> str:
    definitions = read_folder(DEFINITIONS)
    columns = [each for each in definitions.features.values() if each.source is Source.WAREHOUSE]
    return document(
        "The demo's data",
        INTRODUCTION,
        f"## {DEFAULT_VIEW}",
        VIEW,
        table(["column", "type", "unit", "group", "meaning"], map(_column, sorted(columns, key=_place))),
        "## Audiences and their trend",
        TREND,
        "## Offers",
        OFFERS,
        table(["offer", "name", "value_usd"], map(_offer, definitions.offers.values())),
        "## Models",
        MODELS,
        "## Experiment",
        EXPERIMENT,
        "## Games",
        GAMES,
        "## Scopes",
        SCOPES,
        "## Names that are alike",
        NAMES,
    )


def _column(feature: Feature) -> list[str]:
    return [code(feature.name), code(feature.type), feature.unit, feature.group, feature.description]


def _offer(offer: Offer) -> list[str]:
    return [code(offer.offer_id), offer.name, f"{offer.value_usd:.0f}"]


def _place(feature: Feature) -> tuple[str, str]:
    return feature.group, feature.name
