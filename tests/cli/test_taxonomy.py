"""`tessella taxonomy`."""

import asyncio

import msgspec
import pytest

from tessella.cli.taxonomy_tables import print_drift, print_games, print_taxonomy
from tessella.domain.features.gate import iso
from tessella.domain.taxonomy.drift import drift_of
from tessella.http.shown.taxonomy import taxonomy_shown
from tessella.sdk.open import open_namespace
from tessella.settings import Settings
from tests.taxonomies_served import learned
from tests.usecases.games import AS_OF, declare_arena, play


@pytest.fixture
def arena(tessella, installation_home, namespace):
    """The command in a namespace with a game that was played and never calibrated."""

    async def prepare():
        opened = open_namespace(namespace, settings=Settings(home=installation_home))
        async with opened as tess, tess.session() as session:
            await declare_arena(session)
            await play(session)

    asyncio.run(prepare())
    return tessella.within(namespace)


def test_a_game_is_calibrated_and_shown_and_its_players_are_told(arena):
    assert "never" not in arena("taxonomy", "list").well().out
    made = arena("taxonomy", "calibrate", "arena", "--as-of", iso(AS_OF)).well().out
    assert made.startswith("arena, version 1 of ")
    assert "40 players, 1 axes, 2 segments" in made
    assert arena("taxonomy", "show", "arena").well().out == made
    assert max(len(line) for line in made.splitlines()[1:]) <= 80

    told = arena("taxonomy", "categorize", "p001", "arena", "--json").json()
    assert (told["player_id"], told["days"], len(told["memberships"])) == ("p001", 16, 2)
    names = {each["segment_name"] for each in told["memberships"]}
    printed = arena("taxonomy", "categorize", "p001", "arena").well().out
    assert all(name in printed for name in names)

    assert arena("taxonomy", "card", "arena", "--json").json()["categorization_accuracy"]["target"] == 0.94
    assert "categorization accuracy" in arena("taxonomy", "card", "arena").well().out
    judged = arena("taxonomy", "anomalies", "p001", "arena", "--days", "3").well().out
    assert judged.startswith("p001 in arena, 2026-")
    assert "Overall: displacement p " in judged
    assert arena("taxonomy", "anomalies", "p001", "arena", "--method", "distance_delta", "--json").json()["axes"]
    assert "no version before it" in arena("taxonomy", "lineage", "arena").well().out

    assert arena("taxonomy", "calibrate", "arena", "--force", "--json").json()["version"] == 2
    assert "kept" in arena("taxonomy", "lineage", "arena").well().out
    assert arena("taxonomy", "drift", "arena").well()


def test_before_a_calibration_the_command_says_how_to_begin_one(arena):
    ran = arena("taxonomy", "show", "arena")
    assert ran.status == 1
    assert "arena" in ran.err
    assert arena("taxonomy", "categorize", "p001", "nowhere").status == 1


def test_a_drift_is_shown_with_the_shares_of_segments_then_and_now(capsys):
    drift = msgspec.to_builtins(drift_of(learned().taxonomy, learned().world.seen.whole))
    print_drift({"game_id": "planted", "refresh": {"as_of": "2026-11-22"}, "drift": drift})
    shown = capsys.readouterr().out
    assert shown.startswith("planted: 300 players as of 2026-11-22")
    for axis in learned().taxonomy.axes:
        for segment in axis.segments:
            (line,) = [each for each in shown.splitlines() if f" {segment.name} " in each]
            assert line.split()[-2:] == [f"{segment.population_share:.1%}"] * 2


def test_long_names_of_games_and_axes_leave_numbers_and_dates_whole(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    told = msgspec.to_builtins(taxonomy_shown(learned().taxonomy))
    own = {**told["universal_axes"][0], "axis_name": "coupon_store_brand", "axis_type": "game_specific"}
    print_taxonomy({**told, "game_specific_axes": [own]})
    shown = capsys.readouterr().out
    assert "explains" in shown
    assert "coupon_store_brand, an axis of the game's own: " in shown
    calibrated = {"version": 12, "last_calibrated": "2026-11-22T12:00:00Z", "players": 12469, "variance_explained": 1.0}
    game = {"game_id": "a_game_of_some_name", "name": "A game whose name is long", "taxonomy": calibrated}
    print_games({"items": [{**game, "refresh": {"refreshed_at": "2026-11-23T01:47:00Z"}}]})
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "a_game_of_some_name" in each]
    assert line.split() == ["a_game_of_some_name", "12", "2026-11-22", "12,469", "100.0%", "2026-11-23"]
