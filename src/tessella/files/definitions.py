"""Read a folder of definition files."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from tessella.domain.definitions import (
    DEFAULTS_ID,
    ID_FIELD,
    Definition,
    Definitions,
    Kind,
    identifier_of,
    read_definition,
)
from tessella.domain.errors import Faults, FileInvalid, TessellaError
from tessella.domain.identifiers import point
from tessella.files.texts import read_text

#: The folder of each kind; the namespace's defaults are the file `defaults.yaml`.
FOLDERS: Final = {kind: kind.plural for kind in ID_FIELD}
DEFAULTS_FILE: Final = f"{DEFAULTS_ID}.yaml"


def path_of(kind: Kind, identifier: str) -> str:
    """Where a folder holds an object."""
    return DEFAULTS_FILE if kind is Kind.DEFAULTS else f"{FOLDERS[kind]}/{identifier}.yaml"


def read_folder(folder: Path | Traversable) -> Definitions:
    """Everything defined in `folder`. Raises `Faults` with a `FileInvalid` for each file that cannot be read."""
    definitions = Definitions()
    errors: list[TessellaError] = []
    for kind, file in files_of(folder):
        try:
            definition = read_file(kind, file)
        except TessellaError as error:
            errors.extend(_in_file(file, each) for each in error.faults())
        else:
            definitions = definitions.with_definition(kind, identifier_of(kind, definition), definition)
    if errors:
        raise Faults(errors)
    return definitions


def files_of(folder: Path | Traversable) -> Iterator[tuple[Kind, Path | Traversable]]:
    """Every definition file of `folder` with its kind, features first, by name. Raises `FileInvalid` without any."""
    if not folder.is_dir():
        raise FileInvalid(str(folder), "", "There is no such folder.", "Name a folder of definition files.")
    for kind, name in FOLDERS.items():
        if (folder / name).is_dir():
            yield from ((kind, file) for file in _yaml_files(folder / name))
    if (folder / DEFAULTS_FILE).is_file():
        yield Kind.DEFAULTS, folder / DEFAULTS_FILE


def _yaml_files(folder: Path | Traversable) -> list[Path | Traversable]:
    """Hidden files are those of editors. One that ends in .yml is refused by its name, not passed over."""
    found = (each for each in folder.iterdir() if each.name.endswith((".yaml", ".yml")) and each.name[0] != ".")
    return sorted(found, key=lambda file: file.name)


def read_file(kind: Kind, file: Path | Traversable) -> Definition:
    """The object that a file defines. Raises `FileInvalid`, also when the file is named for another object."""
    definition = read_definition(kind, _load(file))
    name = identifier_of(kind, definition)
    if file.name != f"{name}.yaml":
        problem = f'It defines the {kind} "{name}", and the file has another name.'
        raise FileInvalid(str(file), point("", ID_FIELD[kind]), problem, f"Name it {name}.yaml.")
    return definition


def located(folder: Path, error: TessellaError) -> Faults:
    """The faults of definitions that do not hold together, each with the file of `folder` that it is in, if any."""
    return Faults([_located(folder, fault) for fault in error.faults()])


def _located(folder: Path, fault: TessellaError) -> TessellaError:
    _, kind, name, inner = f"{fault.pointer}///".split("/", 3)
    file = folder / (DEFAULTS_FILE if kind == Kind.DEFAULTS.plural else f"{kind}/{name}.yaml")
    if not name or not file.is_file():
        return fault
    return FileInvalid(str(file), f"/{inner.rstrip('/')}".rstrip("/"), fault.message, fault.hint())


def _in_file(file: Path | Traversable, fault: TessellaError) -> FileInvalid:
    if isinstance(fault, FileInvalid):
        return fault
    return FileInvalid(str(file), fault.pointer, fault.message, fault.hint())


def _load(file: Path | Traversable) -> Any:
    try:
        return read_text(file.read_text(encoding="utf-8"), str(file))
    except UnicodeDecodeError as error:
        raise FileInvalid(str(file), "", "It is not UTF-8 text.") from error
    except OSError as error:
        raise FileInvalid(str(file), "", f"It cannot be read: {error.strerror}.") from error
