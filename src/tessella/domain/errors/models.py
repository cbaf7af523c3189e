"""What is wrong with a model, its files or its manifest."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid, TessellaError, Unavailable


@dataclass(eq=False)
class ModelFileRefused(Invalid):
    """The model file "{file}" is refused."""

    file: str


@dataclass(eq=False)
class ModelNameRefused(ModelFileRefused):
    """The model file {file} is refused: a file of a model has a plain name, of letters, digits, ".", "_" and "-"."""

    def hint(self) -> str:
        """How to go on."""
        return "Put the file beside its manifest, and name it there without a folder."


@dataclass(eq=False)
class ModelFileMissing(ModelFileRefused):
    """The model file "{file}" is not there, or is no file."""


@dataclass(eq=False)
class ModelFileTooLarge(ModelFileRefused):
    """The model file "{file}" is refused: it has more than {limit} bytes."""

    limit: int


@dataclass(eq=False)
class ModelFileForeign(ModelFileRefused):
    """The model file "{file}" is refused: by its content it is {found}."""

    found: str

    def hint(self) -> str:
        """How to go on."""
        return "Only ONNX and TFLite are read. Export the model from what wrote this file; nothing is ever unpickled."


@dataclass(eq=False)
class ModelFileChanged(ModelFileRefused):
    """The model file "{file}" is refused: it has not the SHA-256 that its manifest names."""


@dataclass(eq=False)
class ModelFileBroken(ModelFileRefused):
    """The model file "{file}" cannot be read: {problem}."""

    problem: str

    def hint(self) -> str:
        """How to go on."""
        return "It may have been cut off. Export it anew."


@dataclass(eq=False)
class ModelOpsetRefused(ModelFileRefused):
    """The model file "{file}" is refused: its operators "{domain}" are of version {found}, not {least} to {most}."""

    domain: str
    found: int
    least: int
    most: int

    def hint(self) -> str:
        """How to go on."""
        return "Export it with a version of the operators (opset) in this range."


@dataclass(eq=False)
class ModelOperatorsRefused(ModelFileRefused):
    """The model file "{file}" is refused: it has {found}."""

    found: str

    def hint(self) -> str:
        """How to go on."""
        return "A model is one graph of standard operators without loops, and holds all its weights itself."


@dataclass(eq=False)
class ModelShapeRefused(ModelFileRefused):
    """The model file "{file}" is refused: its {side} is {found}, and its manifest asks for {expected}."""

    #: `input` or `output`.
    side: str
    found: str
    expected: str


@dataclass(eq=False)
class ModelTrialFailed(ModelFileRefused):
    """The model file "{file}" is refused: it could not be tried: {problem}."""

    problem: str


@dataclass(eq=False)
class ModelSaysNoProbability(Unavailable):
    """Of "{output}" the model "{model_id}" says {value:g}, which is no probability."""

    output: str
    model_id: str
    value: float

    def hint(self) -> str:
        """How to go on."""
        return "Activate another version, or mend this one where it was written."


@dataclass(eq=False)
class ModelManifestRefused(Invalid):
    """The manifest of the model is refused: {problem}."""

    problem: str


@dataclass(eq=False)
class ParityLost(TessellaError):
    """The {form} of this model is not written: it differs from what was trained by {difference:.2g}, over {limit:g}."""

    form: str
    difference: float
    limit: float


@dataclass(eq=False)
class NotWritable(Invalid):
    """This model cannot be written as {form}: {problem}."""

    form: str
    problem: str


@dataclass(eq=False)
class ModelPackageMissing(Unavailable):
    """Models cannot be {done} here: the package "{package}" is not installed."""

    done: str
    package: str
    extra: str

    def hint(self) -> str:
        """How to go on."""
        return f'Install it: pip install "tessella[{self.extra}]".'


@dataclass(eq=False)
class ModelFeaturesUnknown(Conflict):
    """The model "{model_id}" reads what is no feature of this namespace: {names}."""

    model_id: str
    names: str

    def hint(self) -> str:
        """How to go on."""
        return "Declare these features, or use a model that reads others."


@dataclass(eq=False)
class ModelBeingAdded(Conflict):
    """A version of the model "{model_id}" is being added by somebody else."""

    model_id: str

    def hint(self) -> str:
        """How to go on."""
        return "Wait until it is done: `tessella models list`."


@dataclass(eq=False)
class NoModelBefore(Conflict):
    """The model "{model_id}" cannot go back: no version was active before the present one."""

    model_id: str
