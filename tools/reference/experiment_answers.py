"""The page about what experiments are sent, and answer."""

from collections.abc import Iterator, Mapping
from inspect import getdoc

import msgspec

from tessella.domain.experiments.eligibility.finding import Finding, LiftFound
from tessella.domain.experiments.inference.results import said
from tessella.domain.experiments.inference.results.stopping import Verdict
from tessella.domain.experiments.off_policy.evaluation import Evaluated, OffPolicy
from tessella.http import schemas
from tessella.http.schemas.experiment_results import BestSegmentShown
from tessella.usecases.experiments.results.evaluate_policy import PolicyEvaluated
from tessella.usecases.experiments.results.export import ExportedUnit
from tools.reference.comments import field_comments
from tools.reference.experiment_words import MEANINGS
from tools.reference.markdown import code, document, table
from tools.reference.records import default_of

INTRODUCTION = """\
What is sent to an experiment and what it answers, field by field. How one is set up:
[experiments](experiment-setup.md). What its numbers mean, and when not to believe them:
[what an experiment may say](../explanation/experiments.md)."""

Records = tuple[type[msgspec.Struct], ...]

#: By what is asked, what is sent.
SENT: Mapping[str, type[msgspec.Struct]] = {
    "POST /api/v1/experiments/{id}/allocate": schemas.AllocateBody,
    "POST /api/v1/experiments/{id}/conversions": schemas.ConversionBody,
}
#: What is answered, with the records in it.
ANSWERED: Mapping[str, Records] = {
    "POST /api/v1/experiments/{id}/allocate": (schemas.AllocationShown,),
    "POST /api/v1/experiments/{id}/conversions": (schemas.ConversionTaken,),
    "GET /api/v1/experiments/{id}/results": (
        schemas.ResultsShown, said.Results, said.GateSaid, said.WaitingSaid, said.VariantSaid, said.ContrastSaid,
        said.EstimateSaid, said.LiftSaid, said.BestSegment, said.GuardrailSaid, said.RatioSaid, said.SegmentSaid,
        said.SegmentVariantSaid, said.VerdictSaid,
    ),
    "GET /api/v1/segmentation/{id}/segments, /metrics": (
        schemas.SegmentSeenShown, schemas.SegmentationMetricsShown, BestSegmentShown,
    ),
    "GET /api/v1/segmentation/{id}/eligibility, /recommendations": (
        schemas.EligibilityShown, Finding, LiftFound, schemas.SegmentationRecommended,
    ),
    "GET /api/v1/segmentation/{id}/clustering/status": (schemas.ClusteringShown,),
    "GET /api/v1/experiments/{id}/assignments": (ExportedUnit,),
    "tessella experiments evaluate --json": (PolicyEvaluated, OffPolicy, Evaluated),
}  # fmt: skip


def page() -> str:
    sent = (f"### {code(asked)}\n\n{_fields(record, with_defaults=True)}" for asked, record in SENT.items())
    answered = (f"### {code(asked)}\n\n{_records(records)}" for asked, records in ANSWERED.items())
    verdicts = table(["verdict", "meaning"], [[code(name), meaning] for name, meaning in _verdicts()])
    return document(
        "What experiments are sent and answer", INTRODUCTION, "## What is sent", *sent, "## What is answered",
        *answered, "## Verdicts", verdicts,
    )  # fmt: skip


def _records(records: Records) -> str:
    """A table each, the first without its name: it is the answer."""
    first, *inner = records
    named = (f"{code(each.__name__)}: {_about(each)}\n\n{_fields(each)}" for each in inner)
    return "\n\n".join([_about(first), _fields(first), *named])


def _about(record: type[msgspec.Struct]) -> str:
    """The first paragraph of its docstring on one line, without where it comes from."""
    return " ".join((getdoc(record) or "").partition("\n\n")[0].partition(" Source: ")[0].split())


def _fields(record: type[msgspec.Struct], *, with_defaults: bool = False) -> str:
    comments = _comments(record)
    rows = []
    for each in msgspec.structs.fields(record):
        own = MEANINGS.get(f"{record.__name__}.{each.name}") or comments[each.name] or MEANINGS[each.name]
        rows.append([code(each.name), *([default_of(each)] if with_defaults else []), own])
    return table(["field", "default", "meaning"] if with_defaults else ["field", "meaning"], rows)


def _comments(record: type[msgspec.Struct]) -> Mapping[str, str]:
    """Those of the records that it extends too."""
    extended = [each for each in reversed(record.__mro__) if issubclass(each, msgspec.Struct)]
    return {name: text for each in extended[1:] for name, text in field_comments(each).items()}


def _verdicts() -> Iterator[tuple[str, str]]:
    """The comments above them."""
    meanings = {
        Verdict.GO_ON: "Nothing is decided yet.",
        Verdict.WINNER: "The leader is surely better than each other variant.",
        Verdict.GOOD_ENOUGH: "A variant that is not the control leads, and no other one is expected to be better by "
        "`worth`: keep it, and stop if you like.",
        Verdict.FUTILE: "All are the same within `alike_within`, or the control leads and no other one is expected to "
        "be better by `worth`: to go on would change little.",
        Verdict.HARMFUL: "A variant is surely worse than the control. It is given to nobody any more unless "
        "`stop_harmful` is false.",
        Verdict.MAXIMUM: "It has had as many units or days as it may, and nothing was decided.",
    }
    return ((each, meanings[each]) for each in Verdict)
