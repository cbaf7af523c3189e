"""Write definitions into a folder, and leave there what already says the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tessella.domain.definitions import Definition, Definitions, Kind, write_nested
from tessella.domain.errors import FileInvalid, TessellaError
from tessella.domain.hashing import canonical_json
from tessella.files.definitions import files_of, path_of, read_file
from tessella.files.writing import write_text


@dataclass(frozen=True, slots=True)
class Exported:
    """What a folder holds now. Files are named from the folder on, and listed by name."""

    written: Sequence[str]
    #: Files that already said the same.
    unchanged: int
    #: Definition files of objects that are not defined: they were left alone.
    left: Sequence[str]


def write_folder(folder: Path, definitions: Definitions) -> Exported:
    """A file for each object. A file that defines an equal object is not touched, and nothing is removed.

    Each file appears whole or not at all. Raises `FileInvalid`.
    """
    objects = {path_of(kind, name): (kind, each) for kind, name, each in definitions.objects()}
    try:
        changed = [path for path, (kind, each) in sorted(objects.items()) if not _says(folder / path, kind, each)]
        for path in changed:
            _write(folder / path, write_text(write_nested(objects[path][1])))
        folder.mkdir(parents=True, exist_ok=True)
        return Exported(changed, len(objects) - len(changed), [each for each in _found(folder) if each not in objects])
    except OSError as error:
        problem = f"It cannot be written: {error.strerror or error}."
        raise FileInvalid(str(error.filename or folder), "", problem) from error


def _found(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for _, file in files_of(folder) if isinstance(file, Path))


def _says(file: Path, kind: Kind, definition: Definition) -> bool:
    """Whether the file defines this object already, in whatever words."""
    if not file.is_file():
        return False
    try:
        found = read_file(kind, file)
    except TessellaError:
        return False
    return canonical_json(write_nested(found)) == canonical_json(write_nested(definition))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as open_file:
            open_file.write(text)
            open_file.flush()
            os.fsync(open_file.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
