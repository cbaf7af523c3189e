"""`tessella db shell`: document D's debug queries as written, and its UPDATE, which servers see."""

import os
import subprocess
from pathlib import Path

import pytest

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, Role, ScopeId, SubjectId
from tessella.domain.personalization.order import Placed, order_of
from tessella.domain.personalization.ranking import RankedItem
from tessella.domain.personalization.vector import FeatureVector
from tessella.domain.privacy.consent import ConsentChange
from tessella.ports.personalization import StoredRanking
from tests.database import eventually, session_elsewhere, session_of
from tests.e2e.installation import TESSELLA

pytestmark = pytest.mark.anyio

#: Requirement D, "Debug Commands", word by word.
EXTRACTION = """
-- Check feature extraction status
SELECT user_id, computed_at, engagement_score 
FROM personalization_features 
WHERE computed_at > now() - interval '1 day'
ORDER BY computed_at DESC LIMIT 10;
"""  # noqa: W291 - as it is written there
CACHE = """
-- Check ranking cache status
SELECT scope, count(*) as cached_users, 
       avg(array_length(ranked_items, 1)) as avg_items
FROM personalization_ranks 
WHERE valid_until > now()
GROUP BY scope;
"""  # noqa: W291 - likewise
OPT_OUTS = """
-- Check opt-out rates
SELECT 
  count(*) as total_users,
  count(*) FILTER (WHERE personalization_enabled = false) as opted_out,
  round(100.0 * count(*) FILTER (WHERE personalization_enabled = false) / count(*), 2) as opt_out_rate
FROM personalization_settings;
"""  # noqa: W291 - likewise
#: Requirement D, "Rollback Plan".
ROLLBACK = "UPDATE personalization_settings SET personalization_enabled = false;"
ANNA, BERT = SubjectId("anna"), SubjectId("bert")


@pytest.fixture
async def session(storage, namespace):
    """Anna and Bert have settings; Anna has a vector and a ranking, and an old one of another scope."""
    session = await session_of(storage, namespace)
    now = session.now()
    for each in (ANNA, BERT):
        await session.change_consent(each, ConsentChange(personalization_enabled=True))
    await session.replace_vectors([FeatureVector(ANNA, now, engagement_score=0.75)])
    items = [RankedItem(each, 0.5, 0.5) for each in ("2001", "2002")]
    placed = Placed(order_of(items, [(1.0, 0.0)] * 2), (0.5, 0.5))
    for scope, until in (("daily_horoscopes", now + DAY_US), ("notifications", now - 1)):
        await session.keep_rankings([StoredRanking(ANNA, ScopeId(scope), placed, "rule_v1", "b", now, Instant(until))])
    return session


@pytest.fixture
def shell(installation_home: Path, namespace):
    def run(statement: str, *options: str, inside: str | None = namespace) -> "subprocess.CompletedProcess[str]":
        of = [] if inside is None else ["--namespace", inside]
        command = [TESSELLA, "db", "shell", *of, *options, "-c", statement]
        environment = {**os.environ, "TESSELLA_HOME": str(installation_home)}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    return run


def cells(printed: str) -> list[list[str]]:
    """The rows that psql has printed between its head and its count."""
    return [[cell.strip() for cell in line.split("|")] for line in printed.strip().splitlines()[2:-1]]


async def test_the_debug_queries_of_document_d_answer_as_written(session, shell):
    [[user_id, _, score]] = cells(shell(EXTRACTION).stdout)
    assert (user_id, score) == ("anna", "0.75")
    [[scope, users, items]] = cells(shell(CACHE).stdout)
    assert (scope, users, float(items)) == ("daily_horoscopes", "1", 2.0)
    await session.change_consent(BERT, ConsentChange(personalization_enabled=False))
    assert cells(shell(OPT_OUTS).stdout) == [["2", "1", "50.00"]]


async def test_the_rollback_of_document_d_is_seen_by_a_process_that_knows_the_subject(session, shell):
    assert (await session.known(ANNA)).consent.personalization_enabled
    assert shell(ROLLBACK).stdout.strip() == "UPDATE 2"

    async def is_seen() -> bool:
        return not (await session.known(ANNA)).consent.personalization_enabled

    await eventually(is_seen, "the process has let go of what it knew")
    assert await session.vector_of(ANNA) is None


async def test_another_namespace_and_a_role_that_may_not_see_nothing(storage, session, shell):
    other = (await session_elsewhere(storage)).caller.namespace
    assert cells(shell("SELECT user_id FROM personalization_features", inside=other).stdout) == []
    assert cells(shell("SELECT user_id FROM personalization_features", "--role", Role.MONITOR).stdout) == []
    own = shell("SELECT user_id FROM personalization_features", "--role", Role.CLIENT, "--subject", "anna")
    assert cells(own.stdout) == [["anna"]]


async def test_a_namespace_that_is_not_there_is_told_instead_of_showing_nothing(session, shell):
    told = shell("SELECT 1", inside="mistyped")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith('There is no namespace "mistyped". Make it: ')


async def test_without_a_namespace_nothing_is_seen_until_one_is_set_by_hand(session, shell, namespace):
    users = "SELECT user_id FROM personalization_features"
    assert cells(shell(users, inside=None).stdout) == []
    chosen = f"SET tessella.namespace = '{namespace}'; SET tessella.role = 'admin'; "
    assert "anna" in shell(chosen + users, inside=None).stdout


async def test_a_subject_with_spaces_and_backslashes_is_taken_as_it_is(session, shell):
    told = shell("SELECT current_setting('tessella.subject')", "--role", Role.CLIENT, "--subject", r"a b\c -c d")
    assert cells(told.stdout) == [[r"a b\c -c d"]]


async def test_a_statement_that_fails_is_told_by_the_exit_status(session, shell):
    failed = shell("SELECT nothing FROM nowhere")
    assert failed.returncode != 0
    assert "nowhere" in failed.stderr
