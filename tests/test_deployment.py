"""The files that a server is deployed with: they agree with one another and with the settings."""

import json
import re
import shlex
from pathlib import Path

import typer
import yaml

from tessella.cli.main import app
from tessella.settings import Settings

ROOT = Path(__file__).parent.parent
FILES = ("Dockerfile", "docker-compose.yml", ".env.example", "aws-ecs-task-definition.json", "railway.json")
NAMES = r"\b(?:TESSELLA_[A-Z_]+|POSTGRES_[A-Z]+|DATABASE_URL|PUBLISHED_PORT)\b"
#: Of PostgreSQL's image, of Compose's own file, and of the host.
FOREIGN = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "PUBLISHED_PORT"}


def instructions() -> list[tuple[str, str]]:
    """What the image is made by, in order, continued lines joined."""
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines if line and line[0] not in "#"]


def of(kind: str) -> list[str]:
    return [rest for name, rest in instructions() if name == kind]


def commands() -> set[str]:
    command = typer.main.get_command(app)
    return set(command.list_commands(typer.Context(command)))


def known_settings() -> set[str]:
    aliases = {"DATABASE_URL", "DB_DSN", "PORT"}
    return {f"TESSELLA_{name.upper()}" for name in Settings.model_fields} | aliases


def test_the_image_has_two_stages_and_its_server_is_not_root():
    assert len(of("FROM")) == 2
    last = [name for name, _ in instructions()]
    kept = instructions()[len(last) - 1 - last[::-1].index("FROM") :]
    users = [rest for name, rest in kept if name == "USER"]
    assert users == ["tessella"]
    assert "--uid 10001" in " ".join(rest for name, rest in kept if name == "RUN")


def test_the_image_asks_its_server_whether_it_answers():
    (check,) = of("HEALTHCHECK")
    program = json.loads(check.split("CMD", 1)[1])[-1]
    compile(program, "the check", "exec")
    assert "/health/live" in program
    assert "'PORT'" in program


def test_the_image_installs_nothing_without_its_hash():
    installs = [part for run in of("RUN") for part in run.split("&&") if "pip install" in part]
    assert [each for each in installs if "--require-hashes" not in each and "/wheels/" not in each] == []


def test_everything_that_the_image_is_built_from_is_there_and_let_in():
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [each for each in let_in if not (ROOT / each).exists()] == []
    locks = re.findall(r"requirements/\w+\.lock", (ROOT / "Dockerfile").read_text())
    assert len(locks) == 4
    assert [each for each in locks if not (ROOT / each).is_file()] == []
    assert {"src", "admin", "tools", "requirements", "pyproject.toml", "hatch_build.py"} <= set(let_in)


def test_every_variable_of_the_files_is_a_setting():
    named = {
        each
        for file in FILES
        for each in re.findall(
            r"\b(?:TESSELLA_[A-Z_]+|POSTGRES_[A-Z]+|DATABASE_URL|PUBLISHED_PORT)\b", (ROOT / file).read_text()
        )
    }
    assert named - known_settings() - FOREIGN == set()
    assert {"TESSELLA_HOST", "TESSELLA_PORT", "TESSELLA_KEY_PEPPER"} <= named


def test_what_the_files_run_are_commands_of_ours():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    task = json.loads((ROOT / "aws-ecs-task-definition.json").read_text())["containerDefinitions"][0]
    railway = json.loads((ROOT / "railway.json").read_text())["deploy"]["startCommand"]
    started = [shlex.split(each)[1] for each in re.findall(r"tessella \w+", railway)]
    asked = [compose["services"]["schema"]["command"][0], task["command"][0], *json.loads(of("CMD")[0]), *started]
    assert set(asked) == {"db", "serve"}
    assert set(asked) <= commands()


def test_composes_server_waits_for_the_schema_and_keeps_no_rights():
    server = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["server"]
    assert server["depends_on"] == {"schema": {"condition": "service_completed_successfully"}}
    assert server["read_only"] is True
    assert server["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in server["ports"])
