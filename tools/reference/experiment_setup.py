"""The page about experiments as definitions."""

from tessella.domain.definitions.targeting import SEGMENT_DIMENSION
from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.experiments.context.fields import OWN, UNIFORM
from tessella.domain.experiments.learning.posteriors import POSTERIORS
from tessella.domain.experiments.setup.checks import FEWEST_VARIANTS, MOST_VARIANTS
from tessella.domain.experiments.setup.content import LONGEST_CONTENT
from tessella.domain.experiments.setup.experiment import Experiment, ExperimentStatus, Layer, OnOutage, Variant
from tessella.domain.experiments.setup.metric import Goal, Metric, Reward
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.experiments.setup.segmentation_change import MOST_DIMENSIONS
from tessella.domain.experiments.setup.stopping import Stopping
from tools.reference.markdown import code, codes, document, fence, table
from tools.reference.records import COLUMNS, fields_of

INTRODUCTION = """\
An experiment says what is tried, on whom, and what is measured. It is a definition: a file in `experiments/`, an object
under `/api/v1/experiments`, with drafts, plans and versions. What it learns is no part of it."""
EXAMPLE = """\
experiment_id: banner
name: Homepage banner
status: draft
variants:
  - name: Control
    content: {text: Sign up}
  - name: Variant A
    content: {text: Get started}
segmentation: {mode: manual, segment_by: [source, device]}
targeting: {eq: [device, mobile]}"""
LIFE = {
    ExperimentStatus.DRAFT: "It is being written: nobody is assigned, and anything may change.",
    ExperimentStatus.RUNNING: "Units are assigned, and rewards count. It is so unless a body says otherwise.",
    ExperimentStatus.PAUSED: "Nobody new is assigned; who is assigned keeps the variant, and rewards count.",
    ExperimentStatus.STOPPED: "As paused, and rewards that come now do not count.",
    ExperimentStatus.ARCHIVED: "It is kept for its results only.",
}
STATUSES = """\
A draft becomes anything. `start` goes on with a draft or what is paused, `pause` and `stop` end that, and `archive`
keeps a draft or what has stopped. What has stopped does not run again, as rewards were left out since."""
BEGUN = """\
Once it is no draft, variants cannot be added, removed, moved, or given other ids, contents or overrides; a metric
cannot go, nor be of another kind; `attribution_hours` stays. Names, guardrails that are added, traffic, targeting,
segmentation and the posterior may change. An experiment that has begun is archived, not deleted, and a rollback of the
namespace leaves experiments as they are: nobody's variant is taken back. One that is archived reads nothing any more,
so that features and segments that it names may be deleted."""
CONFIG = f"""\
`GET` and `PUT /api/v1/segmentation/{{experiment_id}}/config` read and change it; what a change leaves out stays as it
is. A mode that is sent without `enabled` is in force. `enabled: true` without a mode is manual where there is
`segment_by`, else auto with `auto_clustering_enabled`. `auto_activation_enabled` is another name of
`auto_activation`. There are at most {MOST_DIMENSIONS} dimensions: fields of a context, declared features that are
neither personal nor lists nor of items, or `{SEGMENT_DIMENSION}`. Where a field and a feature have one name, the
field is meant."""
MEANINGS = {
    "experiment_id": "Its name; `exp_` and twelve digits where a body has none.",
    "variant_id": "Made of the name where there is none.",
    "name": "What people call it.",
    "status": f"One of {codes(ExperimentStatus)}.",
    "description": "For people.",
    "segmentation": "Below.",
    "layer": "Below; without one, it shares units with any other.",
    "on_outage": f"One of {codes(OnOutage)}.",
    "stopping": "Below.",
    "mode": f"One of {codes(SegmentationMode)}.",
    "reward": f"One of {codes(Reward)}.",
    "goal": f"One of {codes(Goal)}.",
    "auto_clustering_enabled": "Whether there may be clusters: auto needs it.",
    "auto_activation": "Whether segmentation may be switched on by itself.",
    "auto_activation_requires_evidence": "Whether traffic alone is not enough for that.",
    "last": "See `first`.",
    "max_days": "Likewise after so many days.",
}


def page() -> str:
    return document(
        "Experiments",
        INTRODUCTION,
        fence(EXAMPLE, "yaml"),
        table(COLUMNS, fields_of(Experiment, MEANINGS)),
        f"Requirement B's body, with `config.segmentation` and `user_id`, is read too; {code('user_id')} is not kept.",
        "## Statuses",
        table(["status", "meaning"], [[code(each), LIFE[each]] for each in ExperimentStatus]),
        STATUSES,
        "## What stays",
        BEGUN,
        "## Variants",
        f"{FEWEST_VARIANTS} to {MOST_VARIANTS}, with at most {LONGEST_CONTENT // 1024} KiB of content each. "
        "No two names are alike.",
        table(COLUMNS, fields_of(Variant, MEANINGS)),
        "## Metrics",
        table(COLUMNS, fields_of(Metric, MEANINGS)),
        "## Segmentation",
        CONFIG,
        table(COLUMNS, fields_of(Segmentation, MEANINGS)),
        "## Fields of a context",
        table(["field", "type", "channels"], _context()),
        "## Layers",
        table(COLUMNS, fields_of(Layer, MEANINGS)),
        "## Reasons to stop",
        table(COLUMNS, fields_of(Stopping, MEANINGS)),
        "## Posteriors",
        table(["name", "what it believes"], [[code(name), each.summary] for name, each in POSTERIORS.items()]),
    )


def _context() -> list[list[str]]:
    own = dict.fromkeys(name for fields in OWN.values() for name in fields)
    rows = [[code(name), code(kind), "all"] for name, kind in UNIFORM.items()]
    for name in own:
        channels = [channel for channel in ChannelType if name in OWN[channel]]
        rows.append([code(name), code(OWN[channels[0]][name]), ", ".join(channels)])
    return rows
