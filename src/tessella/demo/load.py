"""Load the demo: 2,469 real households, their purchases of 2017, and segments over them. Safe to repeat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tessella import usecases
from tessella.bootstrap import Application
from tessella.demo.audiences import Audiences, calculate, calculated_as_of, compare
from tessella.demo.consents import load_consents
from tessella.demo.customers import customers_file, write_customers
from tessella.demo.data import DEFINITIONS, HOUSEHOLDS, statement, statement_at, view
from tessella.demo.everybody import counts_of, decided_one_by_one, have_rows_read
from tessella.demo.experiments import try_banner
from tessella.demo.games import StoreTaxonomy, ask_for_taxonomies, store_taxonomy, write_days
from tessella.demo.jobs import work
from tessella.demo.lists import HOUSEHOLD, HouseholdLists, household_lists
from tessella.demo.models import MODELS, ask_for_models
from tessella.demo.personalization import load_scopes
from tessella.domain.definitions import Definitions
from tessella.domain.features.gate import DAY_US, iso
from tessella.domain.features.kinds.parse import computed
from tessella.domain.identifiers import Instant, Namespace, Role, SubjectId
from tessella.files.definitions import read_folder
from tessella.ports import Caller, Session
from tessella.ports.indexes import IndexState
from tessella.ports.models import StoredModel
from tessella.usecases.compute_features import compute_features_at
from tessella.usecases.count_matches import MatchCount
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.experiments.results.results import ExperimentResults
from tessella.usecases.explain import Explanation

DEMO: Final = Namespace("demo")
#: Midnight of New Year where the stores are, just after the last receipt: every fact is as of this moment.
AS_OF: Final = Instant(1_514_782_800_000_000)
#: A week before. Audiences are calculated as of then first, so that they have a trend.
WEEK_BEFORE: Final = Instant(AS_OF - 7 * DAY_US)
#: Households whose decisions are shown: a VIP, one at risk, one of high value.
SHOWN: Final = tuple(SubjectId(name) for name in ("13", "51", "1"))


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo holds once it is loaded."""

    counts: Sequence[MatchCount]
    decisions: Sequence[Explanation]
    audiences: Audiences
    #: What may be said of the banner; None where somebody has taken the experiment away.
    experiment: ExperimentResults | None
    #: Made from the ranking index; None while there is none.
    lists: HouseholdLists | None
    #: Those in use, with their cards; none while they are trained.
    models: Sequence[StoredModel]
    #: What the store's taxonomy says; None while it is calibrated.
    store: StoreTaxonomy | None


async def load(application: Application, report: Callable[[str], None]) -> Demo:
    """Load what is not there yet, and count. `report` is told each step.

    The ranking index, models and taxonomies are asked for, not waited for: a server's worker makes them.
    """
    await application.administration.create_namespace(DEMO)
    async with application.session(Caller(DEMO, Role.ADMIN)) as session:
        await _load_missing(application, session, report)
        has_index = await _has_index(session)
        if not has_index:
            await usecases.ask_for_index(session, AS_OF)
        await ask_for_models(session, AS_OF)
        await ask_for_taxonomies(session, AS_OF)
        as_of = await _completed(application, session, report)
        report("Counting who is in each segment")
        decided = await decided_one_by_one(session, application.open_engine, as_of)
        await have_rows_read(session, SHOWN)
        requests = [DecisionRequest(subject_id, at=AS_OF) for subject_id in SHOWN]
        return Demo(
            counts_of(session, decided, as_of),
            [await usecases.simulate(session, request) for request in requests],
            await compare(application, session, decided),
            await try_banner(application, session, report),
            await household_lists(session, AS_OF) if has_index else None,
            await session.models_in_use(),
            await store_taxonomy(session, HOUSEHOLD),
        )


async def _load_missing(application: Application, session: Session, report: Callable[[str], None]) -> None:
    """Publish and store what is not there yet."""
    definitions = read_folder(DEFINITIONS)
    is_new = not await is_loaded(session, definitions)
    if is_new:
        await _publish_once(session, definitions, report)
        await _load_events(application, session, report)
    if not await session.items(limit=1, after=None):
        await _load_items(application, session, report)
    await write_days(application, DEMO)
    await load_consents(application, session, report)
    if is_new:
        await load_scopes(application, session, AS_OF, report)
        await _load_known(application, session, report)


async def load_wholly(application: Application, report: Callable[[str], None]) -> Demo:
    """The same, and wait for what the server's worker would make, which this process makes: there may be no server."""
    demo = await load(application, report)
    if demo.lists is not None and demo.store is not None and len(demo.models) == len(MODELS):
        return demo
    async with application.session(Caller(DEMO, Role.ADMIN)) as session:
        await work(application, session, report)
        lists = await household_lists(session, AS_OF) if await _has_index(session) else None
        store = await store_taxonomy(session, HOUSEHOLD)
        return replace(demo, lists=lists, models=await session.models_in_use(), store=store)


async def is_loaded(session: Session, definitions: Definitions) -> bool:
    """Whether the last step was ever done: a household has a fact that no event tells, of the demo's moment or later.

    Whoever computes features for another moment takes computed facts back, and never one of these.
    """
    told_by_events = computed(definitions.features.values())
    stored = await session.stored_facts(SHOWN[0])
    return any(each.as_of >= AS_OF and each.feature not in told_by_events for each in stored)


async def _publish_once(session: Session, definitions: Definitions, report: Callable[[str], None]) -> None:
    """Publish the definitions, unless anything was ever published: what a user changed since then stays."""
    if not await session.publishes(limit=1, below=None):
        report("Publishing features, profiles and segments")
        await usecases.apply_definitions(session, definitions)


async def _load_events(application: Application, session: Session, report: Callable[[str], None]) -> None:
    report("Storing 1,469,307 receipt lines and 7,221 offers and acceptances as events")
    with application.warehouse() as duckdb:
        await view(duckdb, "transactions", "products", *HOUSEHOLDS)
        await session.add_events_csv(duckdb.result_csv(statement("events.sql")))
        await session.add_events_csv(duckdb.result_csv(statement("offers.sql")))


async def _load_items(application: Application, session: Session, report: Callable[[str], None]) -> None:
    report("Storing 92,331 products as items")
    with application.warehouse() as duckdb:
        await view(duckdb, "transactions", "products")
        await session.put_items_csv(duckdb.result_csv(statement("items.sql")))


async def _load_known(application: Application, session: Session, report: Callable[[str], None]) -> None:
    """Load what was known of households at each moment, and calculate who was in which segment then."""
    report("Computing features of 2,469 households")
    with application.warehouse() as duckdb:
        await view(duckdb, "transactions", *HOUSEHOLDS)
        async for each in compute_features_at(session, duckdb, (WEEK_BEFORE, AS_OF)):
            await write_customers(application, DEMO, each.as_of)
            # the last facts: `is_loaded` looks for these
            await session.add_facts_csv(duckdb.result_csv(_facts_sql(each.as_of)))
            if each.as_of == AS_OF:
                await _refresh(application, session, report)
            report(f"Calculating audiences, as of {iso(each.as_of)[:10]}")
            await calculate(application, session, each.as_of)


async def _refresh(application: Application, session: Session, report: Callable[[str], None]) -> None:
    """Tell each household's cell of RFM and value, which need no training, before audiences are calculated."""
    report("Telling the cell of RFM of every household")
    with application.warehouse() as duckdb:  # its own: the other holds the events of the features
        await usecases.refresh_predictions(session, duckdb, as_of=AS_OF)


async def _completed(application: Application, session: Session, report: Callable[[str], None]) -> Instant:
    """The moment of the audiences, once these and the file of customers are there and as the definitions are."""
    if not customers_file(application, DEMO).exists():
        report("Writing customer_features_view")
        await write_customers(application, DEMO, AS_OF)
    as_of = await calculated_as_of(session)
    if as_of is not None and as_of >= AS_OF:
        return as_of
    report("Calculating audiences")
    await calculate(application, session, AS_OF)
    return AS_OF


async def _has_index(session: Session) -> bool:
    return any(each.state is IndexState.ACTIVE for each in await session.indexes())


def _facts_sql(as_of: Instant) -> str:
    """The wide table of facts.sql as one row a fact, values as JSON."""
    wide = statement_at("facts.sql", as_of)
    return f"""
        SELECT subject_id, feature, "value", {as_of} AS as_of
        FROM (SELECT subject_id, to_json(COLUMNS(* EXCLUDE subject_id))::VARCHAR FROM ({wide}))
        UNPIVOT ("value" FOR feature IN (* EXCLUDE subject_id))
        WHERE "value" <> 'null'
    """
