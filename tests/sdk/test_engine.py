"""`tessella.Engine`: rules to decisions without a server or a database."""

import ast
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import tessella
from tessella import Engine
from tessella.domain.errors import Faults, FeatureNotAccepted, FileInvalid, UnknownFeature

DEFINITIONS = {
    "features/user.tier.yaml": "{name: user.tier, type: string}",
    "features/user.last_play_ts.yaml": "{name: user.last_play_ts, type: timestamp}",
    "features/user.age.yaml": "{name: user.age, type: integer, personal: true}",
    "profiles/novel.yaml": "{profile_id: novel, blend: {alpha: 0.8}}",
    "campaigns/spring.yaml": "{campaign_id: spring, overrides: {beta: 0.5}, ends_at: 2026-07-01}",
    "segments/vip.yaml": """
        segment_id: vip
        priority: 10
        profile_id: novel
        rules: [{rule_id: tier, expr: {eq: [user.tier, VIP]}}]
    """,
    "segments/back.yaml": """
        segment_id: back
        priority: 5
        rules: [{rule_id: silent, expr: {gte_days_since: [user.last_play_ts, 30]}}]
    """,
    "defaults.yaml": "{alpha: 0.6, gamma: 0.1}",
}
JUNE = datetime(2026, 6, 30, tzinfo=UTC)
VIP = {"user": {"tier": "VIP"}}
BOTH = {"user.tier": "VIP", "user.last_play_ts": "2026-05-31T00:00:00Z"}


def folder_of(tmp_path: Path, **changed: str) -> Path:
    for name, text in {**DEFINITIONS, **changed}.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return tmp_path


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine.load(folder_of(tmp_path))


def modules_after(statements: str) -> set[str]:
    script = f"import sys\n{statements}\nprint(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    return {name.partition(".")[0] for name in printed.split()}


def test_an_engine_is_loaded_from_a_folder_named_by_text_or_path(tmp_path):
    folder = folder_of(tmp_path)
    assert Engine.load(str(folder)).snapshot.definitions == Engine.load(folder).snapshot.definitions


def test_an_engine_is_loaded_from_a_snapshot(engine):
    assert Engine.load(engine.snapshot).match(VIP, JUNE) == engine.match(VIP, JUNE)


def test_a_match_names_the_segment_and_the_rule(engine):
    match = engine.match(VIP, JUNE)
    assert (match.segment_id, match.rule_id) == ("vip", "tier")


def test_no_match_is_none(engine):
    assert engine.match({"user": {"tier": "new"}}, JUNE) is None


def test_nested_and_flat_contexts_are_the_same(engine):
    assert engine.match({"user.tier": "VIP"}, JUNE) == engine.match(VIP, JUNE)


def test_the_moment_decides_how_long_ago_something_was(engine):
    values = {"user.last_play_ts": "2026-05-31T00:00:00Z"}
    assert engine.match(values, JUNE).segment_id == "back"
    assert engine.match(values, datetime(2026, 6, 29, 23, 59, 59, tzinfo=UTC)) is None


def test_a_naive_moment_is_utc_and_a_number_is_microseconds(engine):
    values = {"user.last_play_ts": "2026-05-31T00:00:00Z"}
    naive = JUNE.replace(tzinfo=None)
    assert engine.match(values, naive) == engine.match(values, 1_782_777_600_000_000) == engine.match(values, JUNE)


def test_without_a_moment_the_present_is_meant(engine):
    assert engine.match({"user.last_play_ts": "2001-01-01"}).segment_id == "back"


def test_every_matching_segment_is_listed_in_the_order_of_trial(engine):
    assert engine.matching_segments(BOTH, JUNE) == ("vip", "back")


def test_a_decision_has_the_configuration_and_the_layer_of_each_knob(engine):
    decision = engine.decide(
        VIP, subject_id="h1", campaign_id="spring", overrides={"windows": {"half_life_days": 3}}, now=JUNE
    )
    assert (decision.segment_id, decision.profile_id, decision.rule_id) == ("vip", "novel", "tier")
    assert decision.subject_id == "h1"
    layers = {name: (decision.config[name], decision.provenance[name]) for name in decision.config}
    assert layers["alpha"] == (0.8, "profile")
    assert layers["beta"] == (0.5, "campaign")
    assert layers["gamma"] == (0.1, "namespace")
    assert layers["half_life_days"] == (3.0, "request")
    assert layers["mmr_lambda"] == (0.9, "built_in")


def test_the_same_request_is_decided_the_same_way_again(engine):
    first, second = (engine.decide(BOTH, subject_id="h1", now=JUNE) for _ in range(2))
    assert first.decision_id != second.decision_id
    assert (first.segment_id, first.config, first.reasons) == (second.segment_id, second.config, second.reasons)


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileInvalid, match="nowhere: There is no such folder") as error:
        Engine.load(tmp_path / "nowhere")
    assert error.value.hint() == "Name a folder of definition files."


def test_a_file_that_is_no_yaml_is_named(tmp_path):
    folder = folder_of(tmp_path, **{"segments/broken.yaml": "segment_id: [unclosed"})
    with pytest.raises(Faults, match=r"^/: \S+/segments/broken\.yaml: It is not YAML or JSON"):
        Engine.load(folder)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("segment_id: odd\nname: a\nname: b", 'the key "name" is written twice'),
        ("segment_id: odd\n1: a", "a key must be text"),
        ("segment_id: odd\nname: &name a\nowner: *name", "aliases are not read"),
        ("segment_id: odd\nrules: &all [*all]", "aliases are not read"),
        ("segment_id: odd\nactive: !!bool maybe", "tags are not read"),
        ("segment_id: odd\nname: !!timestamp soon", "tags are not read"),
        ('segment_id: odd\npriority: !!int ""', "tags are not read"),
        ("segment_id: odd\npriority: 010", "Expected a whole number, got text"),
        ("segment_id: odd\npriority: 1:30", "Expected a whole number, got text"),
        ('segment_id: odd\nname: "a\\0b"', "text must not hold NUL"),
        ('segment_id: odd\nname: "\\ud800"', "half of a surrogate pair"),
        (f"segment_id: odd\npriority: {'9' * 5000}", "It is not YAML or JSON"),
        ("segment_id: odd\npriority: 2147483648", "Expected a whole number <= 2147483647"),
        ("segment_id: other", 'It defines the segment "other", and the file has another name'),
    ],
)
def test_a_file_that_says_more_than_json_or_something_else_than_its_name_is_refused(tmp_path, text, problem):
    with pytest.raises(Faults, match=r"odd\.yaml: ") as error:
        Engine.load(folder_of(tmp_path, **{"segments/odd.yaml": text}))
    assert problem in str(error.value)


def test_a_fault_in_a_file_is_named_with_its_pointer(tmp_path):
    folder = folder_of(tmp_path, **{"segments/odd.yaml": "{segment_id: odd, priorty: 3}"})
    with pytest.raises(Faults, match="priorty") as error:
        Engine.load(folder)
    (fault,) = error.value.faults()
    assert (Path(fault.file).name, fault.pointer, fault.hint()) == ("odd.yaml", "/priorty", 'Did you mean "priority"?')


def test_the_faults_of_all_files_are_found_at_once(tmp_path):
    broken = {"segments/a.yaml": "{segment_id: a, x: 1}", "profiles/b.yaml": "{profile_id: b, alpha: -1}"}
    with pytest.raises(Faults, match="x") as error:
        Engine.load(folder_of(tmp_path, **broken))
    assert sorted(Path(fault.file).name for fault in error.value.faults()) == ["a.yaml", "b.yaml"]


def test_a_rule_over_a_feature_that_nobody_declared_is_pointed_at(tmp_path):
    rule = "{segment_id: odd, rules: [{rule_id: r, expr: {eq: [user.teir, VIP]}}]}"
    with pytest.raises(Faults, match=r"user\.teir") as error:
        Engine.load(folder_of(tmp_path, **{"segments/odd.yaml": rule}))
    (fault,) = error.value.faults()
    assert isinstance(fault, UnknownFeature)
    assert (fault.pointer, fault.hint()) == ("/segments/odd/rules/0/expr/eq/0", 'Did you mean "user.tier"?')


def test_personal_data_is_refused_in_a_context(engine):
    with pytest.raises(Faults, match="personal data") as error:
        engine.decide({"user.age": 40}, now=JUNE)
    (fault,) = error.value.faults()
    assert isinstance(fault, FeatureNotAccepted)


def test_a_moment_outside_the_years_is_refused(engine):
    with pytest.raises(ValueError, match="0001 to 9999"):
        engine.match(VIP, 10**18)


def test_a_date_in_a_file_needs_no_quotes_and_norway_is_no_boolean(tmp_path):
    rule = "{segment_id: nordic, rules: [{rule_id: r, expr: {in: [ctx.region, [NO, FI]]}}]}"
    engine = Engine.load(folder_of(tmp_path, **{"segments/nordic.yaml": rule}))
    assert engine.match({"ctx.region": "NO"}, JUNE).segment_id == "nordic"
    assert engine.snapshot.definitions.campaigns["spring"].ends_at == 1_782_864_000_000_000


def test_an_engine_loads_no_server_and_no_database(tmp_path):
    folder = folder_of(tmp_path)
    loaded = modules_after(
        f"from tessella import Engine\nassert Engine.load({str(folder)!r}).decide({VIP!r}).segment_id == 'vip'"
    )
    unwanted = {"fastapi", "starlette", "uvicorn", "psycopg", "duckdb", "sqlglot", "pydantic", "alembic", "typer"}
    assert loaded & unwanted == set()


def test_the_names_that_are_offered_are_those_that_type_checkers_see():
    stub = ast.parse(Path(tessella.__file__).with_suffix(".pyi").read_text())
    seen = {
        alias.asname or alias.name for each in stub.body if isinstance(each, ast.ImportFrom) for alias in each.names
    }
    assert seen | {"__version__"} == set(tessella.__all__)
    assert all(getattr(tessella, name) for name in tessella.__all__)


def test_a_name_that_is_not_offered_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'tessella' has no attribute 'Motor'"):
        tessella.Motor  # noqa: B018 - reading it is the test
