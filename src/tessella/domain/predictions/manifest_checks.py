"""What a manifest must say before anything is done with the files that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from tessella.domain.errors import ModelManifestRefused, ModelNameRefused, shown
from tessella.domain.features.gate import TIMESTAMP_MAX, TIMESTAMP_MIN
from tessella.domain.identifiers import DEFINITION_PATTERN
from tessella.domain.predictions.inputs import LARGEST, Input, width
from tessella.domain.predictions.manifest import FORMAT, Manifest, Part
from tessella.domain.predictions.target import Target
from tessella.domain.typed import decode

#: Columns that a model may read, and parts that it may have.
MOST_COLUMNS: Final = 10_000
MOST_PARTS: Final = 1_000
#: Of its warning, which every answer repeats, of a predictor's name, and of an output's: events name offers freely.
MOST_LETTERS: Final = 10_000

#: The file that holds a manifest, beside those that it names.
MANIFEST: Final = "manifest.json"
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\.[A-Za-z0-9_-]{1,20}){1,3}")


class _Form(msgspec.Struct):
    format: int = FORMAT


def read_manifest(content: bytes) -> Manifest:
    """The manifest that a file holds. Raises `ModelManifestRefused` and `ModelNameRefused`."""
    try:
        form = decode(content, _Form).format
        if form != FORMAT:
            raise ModelManifestRefused(f"it has format {form}; this Tessella reads format {FORMAT}")
        manifest = decode(content, Manifest)
    except msgspec.DecodeError as error:
        raise ModelManifestRefused(str(error).rstrip(".")) from error
    check_manifest(manifest)
    return manifest


def check_manifest(manifest: Manifest) -> None:
    """Raises `ModelManifestRefused` or `ModelNameRefused` with the first thing that is wrong."""
    for problem in _problems(manifest):
        raise ModelManifestRefused(problem)
    for part in manifest.parts:
        check_name(part.file)


def check_name(file: str) -> None:
    """Raises `ModelNameRefused` for what might lead out of the model's folder, or stand for its manifest."""
    if not is_plain(file) or file == MANIFEST:
        raise ModelNameRefused(shown(file))


def is_plain(file: str) -> bool:
    """Whether a name is one of a file, and leads nowhere else.

    >>> [is_plain(each) for each in ("churn.onnx", "../churn.onnx", "churn")]
    [True, False, False]
    """
    return _PLAIN_NAME.fullmatch(file) is not None


def _problems(manifest: Manifest) -> Iterator[str]:
    if not DEFINITION_PATTERN.fullmatch(manifest.model_id):
        yield "the id of a model has letters, digits and . _ : -, and begins with a letter or digit"
    yield from _problems_of_inputs(manifest.inputs)
    yield from _problems_of_parts(manifest.parts)
    if manifest.population and manifest.population.recency not in {each.name for each in manifest.inputs}:
        yield f'"{manifest.population.recency}", which tells whom it learned from, is none of its inputs'
    if manifest.target is Target.CHURN and sum(len(part.outputs) for part in manifest.parts) != 1:
        yield "a model of churn has one output"
    if not manifest.thresholds.are_in_order:
        yield "thresholds are above 0 and at most 1, and medium is not above high"
    if not all(TIMESTAMP_MIN <= each <= TIMESTAMP_MAX for each in (manifest.trained_at, manifest.cut)):
        yield "its moments are microseconds since 1970, of the years 1 to 9999"
    if not all(len(each) <= MOST_LETTERS and "\0" not in each for each in (manifest.predictor, manifest.warning)):
        yield f"its predictor and its warning have {MOST_LETTERS} characters at most, and no NUL"


def _problems_of_inputs(inputs: Sequence[Input]) -> Iterator[str]:
    if not 1 <= width(inputs) <= MOST_COLUMNS:
        yield f"its inputs must make 1 to {MOST_COLUMNS} columns"
    if not all(abs(each.typical) <= LARGEST for each in inputs):
        yield "what stands for a missing value must be a finite number of 32 bits"
    if not all(DEFINITION_PATTERN.fullmatch(each.name) for each in inputs):
        yield "the name of an input is that of a feature"
    if _has_twice([each.name for each in inputs]):
        yield "an input is named twice"
    if any(_has_twice(each.categories) for each in inputs):
        yield "a category is named twice"
    if any("\0" in category for each in inputs for category in each.categories):
        yield "no category holds the character NUL"


def _problems_of_parts(parts: Sequence[Part]) -> Iterator[str]:
    if not 1 <= len(parts) <= MOST_PARTS:
        yield f"a model has 1 to {MOST_PARTS} parts"
    if _has_twice([part.file for part in parts]):
        yield "a file is named twice"
    if _has_twice([name for part in parts for name in part.outputs]):
        yield "an output is named twice"
    if not all(0 < len(name) <= MOST_LETTERS and "\0" not in name for part in parts for name in part.outputs):
        yield f"the name of an output has 1 to {MOST_LETTERS} characters, and no NUL"
    for part in parts:
        if not part.outputs or len(part.reliability) not in (0, len(part.outputs)):
            yield f'the part "{part.file}" must have outputs, and as many mappings to probabilities or none'
        if not all(each.is_mapping for each in part.reliability):
            yield f'the part "{part.file}" has points of a mapping that do not rise, or are not from 0 to 1'


def _has_twice(names: Sequence[str]) -> bool:
    return len(set(names)) < len(names)
