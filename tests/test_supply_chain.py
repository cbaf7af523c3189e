"""What the product is made of: under which licences, with which known faults, and that nothing of it unpickles."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tools import audit
from tools.licences import ROOT, page_packages, python_packages
from tools.sbom import LOCK, bill

UNSAFE_YAML = re.compile(r"yaml\.(full|unsafe)_load|\b(Full|Unsafe)?Loader\b")
#: Licences under which somebody may run, change and sell what is made with a package.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "PSF-2.0", "Zlib",
    "MPL-2.0",  # changes of its own files stay open
    "LGPL-3.0-only",  # psycopg alone: it is imported as it is, and can be replaced
}  # fmt: skip
LESSER = {"psycopg", "psycopg-binary", "psycopg-pool"}
#: Not installed on this platform, or only for others.
NOT_HERE = {"colorama"}


def parts(expression: str) -> set[str]:
    return set(re.split(r" (?:AND|OR|WITH) ", expression.replace("(", "").replace(")", "")))


def test_every_package_is_under_a_licence_that_lets_everybody_use_the_product():
    found = [*python_packages(LOCK), *page_packages()]
    assert len(found) > 100
    assert [each.name for each in found if not each.licence and each.name not in NOT_HERE] == []
    assert [each for each in found if each.licence and not parts(each.licence) <= ALLOWED] == []
    assert {each.name for each in found if "LGPL" in each.licence} == LESSER


@pytest.mark.long
def test_the_bill_of_materials_names_every_locked_package_by_hash_and_no_registry(tmp_path):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    document = bill()
    text = json.dumps(document["components"])
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(document)) is None
    named = {each["name"] for each in document["components"]}
    assert named >= {each.name for each in [*python_packages(LOCK), *page_packages()]}
    assert all(each.get("hashes") or each.get("properties") for each in document["components"])
    assert "http" + "s://" not in text
    assert document == bill()


class _Osv(BaseHTTPRequestHandler):
    """A service that knows one vulnerability, of starlette."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        found = {"vulns": [VULNERABILITY]} if asked["package"]["name"] == "starlette" else {}
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


VULNERABILITY = {
    "id": "GHSA-test-test-test", "modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z",
    "aliases": [], "summary": "planted",
    "affected": [{
        "package": {"name": "starlette", "ecosystem": "PyPI"},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999.0"}]}],
    }],
}  # fmt: skip


@contextmanager
def service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Osv) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def small_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three packages of the lock, so that the service is asked three times."""
    (tmp_path / "requirements").mkdir()
    entries = re.findall(r"^(?:anyio|idna|starlette)==.*(?:\n    --hash.*)+", LOCK.read_text(), re.MULTILINE)
    assert len(entries) == 3
    (tmp_path / "requirements" / "runtime.lock").write_text("\n".join(entries) + "\n")
    monkeypatch.setattr(audit, "ROOT", tmp_path)
    monkeypatch.setenv("PIP_AUDIT_CACHE_DIR", str(tmp_path / "cache"))


def test_a_known_vulnerability_fails_the_audit_by_name(small_lock, monkeypatch, capsys):
    with service() as url:
        monkeypatch.setenv("TESSELLA_AUDIT_URL", url)
        assert audit.main("runtime") == 1
    told = capsys.readouterr().out
    assert "1 known vulnerabilities" in told
    assert re.search(r"starlette \S+: GHSA-test-test-test, fixed in 999\.0", told)


def test_a_service_that_is_away_is_said_and_fails_nothing(small_lock, monkeypatch, capsys):
    monkeypatch.setenv("TESSELLA_AUDIT_URL", "http://127.0.0.1:9/")
    assert audit.main("runtime") == 0
    assert "not audited, the service cannot be reached" in capsys.readouterr().out


#: They run what a file tells them to.
UNPICKLERS = {
    "pickle",
    "cPickle",
    "_pickle",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "marshal",
    "jsonpickle",
    "torch",
}


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.AST]:
    """Every file of the product."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "src").rglob("*.py"))}


@pytest.fixture(scope="module")
def calls(trees: dict[Path, ast.AST]) -> list[tuple[Path, str, dict[str, str]]]:
    """Every call of the product: its file, what is called, and its keywords, as they are written."""
    return [
        (path, ast.unparse(node.func), {each.arg or "": ast.unparse(each.value) for each in node.keywords})
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_nothing_of_the_product_unpickles(trees, calls):
    assert {path for path, tree in trees.items() if UNPICKLERS & set(imported(tree))} == set()
    for path, name, keywords in calls:
        assert keywords.get("allow_pickle", "False") == "False", path
        assert not name.endswith(("read_pickle", "to_pickle", "ProcessPoolExecutor")), path
        assert not UNSAFE_YAML.search(name), path


def test_python_that_is_made_while_it_runs_is_made_in_one_place(calls):
    """`eval` and `exec`: rules become code there, from trees that were parsed and never from a text somebody sent."""
    made = {path for path, name, _ in calls if name in {"eval", "exec", "compile", "__import__"}}
    assert made == {ROOT / "src/tessella/domain/rules/compile.py"}


def test_no_program_runs_through_a_shell(calls):
    assert {path for path, _, keywords in calls if keywords.get("shell", "False") != "False"} == set()
    assert {path for path, name, _ in calls if name in {"os.system", "os.popen", "subprocess.getoutput"}} == set()


@pytest.mark.long
def test_a_process_that_serves_has_loaded_nothing_that_unpickles():
    """A library may hold such a module; what reads files and requests must not have touched it."""
    code = "import sys, tessella.http.server; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert not {"joblib", "dill", "cloudpickle", "shelve"} & set(told.stdout.split())
