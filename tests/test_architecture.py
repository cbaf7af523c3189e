"""The shape of the code: who imports whom, how long things get, and what a committed file may name."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FILE_LINES = 250
FUNCTION_LINES = 35
IMPORT_MAY_LOAD = {"tessella", "msgspec", "re2"}

# Written in pieces, so that this file does not name them either.
MACHINE_PATHS = [r"(?<![\w.])/" + "work/", r"\.\./" + "shared", r"\.\./" + r"\.library", "/opt/" + "pypi"]
REGISTRY_HOSTS = [
    rf"\b{host}\b"
    for host in (
        "pypi" + r"\.org",
        "python" + r"hosted\.org",
        "npm" + r"js\.(?:org|com)",
        "yarn" + r"pkg\.com",
    )
]
FORBIDDEN = re.compile("|".join(MACHINE_PATHS + REGISTRY_HOSTS))

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function))


def lines_without_docstring(function: Function) -> int:
    docstring = function.body[0] if ast.get_docstring(function, clean=False) is not None else None
    described = docstring.end_lineno - docstring.lineno + 1 if docstring else 0
    return function.end_lineno - function.lineno + 1 - described


def project_files() -> list[Path]:
    """Every file that is committed or about to be."""
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


def forbidden_names(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:  # not a text file
        return []
    return [f"{path.relative_to(ROOT)} names {found}" for found in FORBIDDEN.findall(text)]


def test_imports_keep_every_contract():
    """In a process of its own: it turns off the loggers that there are."""
    check = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout


def test_no_import_contract_ignores_an_import():
    assert "ignore_" + "imports" not in (ROOT / "pyproject.toml").read_text()


def test_a_source_file_is_at_most_250_lines_long():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES} == {}


def test_a_function_is_at_most_35_lines_long_without_its_docstring():
    too_long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name} has {lines} lines"
        for path in SOURCES
        for function in functions(path)
        if (lines := lines_without_docstring(function)) > FUNCTION_LINES
    ]
    assert too_long == []


def test_no_project_file_names_a_machine_path_or_a_registry():
    assert [finding for path in project_files() for finding in forbidden_names(path)] == []


def test_the_search_for_forbidden_names_finds_them():
    samples = ["cd /" + "work/main", "cat ../" + "shared/x", "https://" + "pypi" + ".org/simple", "npm" + "js.com"]
    assert all(FORBIDDEN.search(sample) for sample in samples)
    assert not FORBIDDEN.search("a network/worker and homework/1")


def test_what_trains_models_is_locked_as_the_extra_has_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["dependency-groups"]["train"] == project["project"]["optional-dependencies"]["train"]


def test_types_are_taken_apart_in_one_place_which_lets_one_thread_do_it_at_a_time():
    """The types of a process that has one thread, and reads lists of text, need no lock."""
    alone = {"domain/typed.py", "warehouse/duckdb_process/columns.py"}
    takes_apart = re.compile(r"msgspec\.convert\(|json\.Decoder\(|json\.decode\([^)]*type=")
    found = {
        path.relative_to(ROOT / "src/tessella").as_posix() for path in SOURCES if takes_apart.search(path.read_text())
    }
    assert found == alone


def test_importing_tessella_loads_only_the_standard_library_msgspec_and_re2():
    listing = "import sys; seen = set(sys.modules); import tessella; print(*sorted(set(sys.modules) - seen))"
    loaded = subprocess.run([sys.executable, "-c", listing], check=True, capture_output=True, text=True).stdout.split()
    assert "tessella" in loaded
    assert {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names <= IMPORT_MAY_LOAD
