"""Who uses what: which definitions name a given one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from tessella.domain.audiences.reading import source_of
from tessella.domain.consistency import ParsedRules, parse_rules, schema_of
from tessella.domain.definitions import Definitions, Kind
from tessella.domain.definitions.games import features_of_game, games_with_outcome
from tessella.domain.definitions.item_filters import parse_item_filters
from tessella.domain.definitions.scopes import scopes_of_experiment, scopes_reading
from tessella.domain.definitions.targeting import in_use, parse_targeting
from tessella.domain.experiments.context.fields import FIELDS
from tessella.domain.identifiers import FeatureName, SegmentId, SourceId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.reads import features_read, segments_read
from tessella.domain.segments.references import features_behind


def users_of(definitions: Definitions, kind: Kind, identifier: str, known: ParsedRules | None = None) -> list[str]:
    """What would break without this object, as "segment vip", by name.

    Predictions come after segments, then experiments, games, filters of items, and scopes last. `known` saves parsing
    what has not changed.
    """
    tried = _experiments(definitions, kind, identifier)
    match kind:
        case Kind.PROFILE:
            used = {each.segment_id for each in definitions.segments.values() if each.profile_id == identifier}
        case Kind.SEGMENT:
            used = {owner for owner, tree in _trees(definitions, known) if identifier in set(segments_read(tree))}
        case Kind.FEATURE:
            used = _reading(definitions, known, {FeatureName(identifier)})
        case Kind.SOURCE:
            read = _features_of(definitions, SourceId(identifier))
            used = _reading(definitions, known, read)
            features = [f"feature {name}" for name in sorted(read)]
            return features + [f"segment {name}" for name in sorted(used)] + _predictions(definitions, kind, identifier)
        case Kind.GAME:
            return [f"feature {name}" for name in features_of_game(definitions, identifier)]
        case Kind.EXPERIMENT:
            return [f"scope {name}" for name in scopes_of_experiment(definitions, identifier)]
        case _:
            used = set()
    segments = [f"segment {segment_id}" for segment_id in sorted(used - {SegmentId(identifier)})]
    if kind is not Kind.FEATURE:
        return segments + tried
    predictions = _predictions(definitions, kind, identifier)
    games = [f"game {name}" for name in games_with_outcome(definitions, identifier)]
    scopes = [f"scope {name}" for name in scopes_reading(definitions, identifier)]
    return segments + predictions + tried + games + _filters_reading(definitions, identifier) + scopes


def users_of_features(membership: Mapping[SegmentId, Node]) -> dict[FeatureName, tuple[SegmentId, ...]]:
    """By feature, the segments that read it, also through `in_segment`, by name."""
    users: defaultdict[FeatureName, list[SegmentId]] = defaultdict(list)
    for segment_id, names in sorted(features_behind(membership).items()):
        for name in names:
            users[name].append(segment_id)
    return {name: tuple(segments) for name, segments in users.items()}


def _reading(definitions: Definitions, known: ParsedRules | None, names: Collection[FeatureName]) -> set[SegmentId]:
    """Whose rules read one of the features themselves."""
    return {owner for owner, tree in _trees(definitions, known) if not features_read(tree).isdisjoint(names)}


def _features_of(definitions: Definitions, source_id: SourceId) -> set[FeatureName]:
    """Which features are read from a source, the personal ones too."""
    named = definitions.features.items()
    return {name for name, feature in named if source_of(feature, definitions.sources) == source_id}


def _predictions(definitions: Definitions, kind: Kind, identifier: str) -> list[str]:
    """Which predictions, and whether the defaults' RFM, name a source or a feature."""
    named = {
        each.prediction_id: each.features if kind is Kind.FEATURE else (each.source,)
        for each in definitions.predictions.values()
    }
    used = [f"prediction {name}" for name in sorted(named) if identifier in named[name]]
    return used + (["defaults"] if identifier in _of_rfm(definitions, kind) else [])


def _of_rfm(definitions: Definitions, kind: Kind) -> tuple[str, ...]:
    """The features or the source that recency, frequency and money are read from."""
    columns = definitions.defaults.rfm.columns
    if columns is None:
        return ()
    return columns.features if kind is Kind.FEATURE else (columns.source,)


def _experiments(definitions: Definitions, kind: Kind, identifier: str) -> list[str]:
    """Whose targeting reads a feature or a segment, or who segments by a feature. A field of a context is none."""
    if kind is Kind.FEATURE and identifier not in FIELDS:
        used = {each.experiment_id for each in in_use(definitions) if identifier in each.segmentation.segment_by}
        used |= {name for name, node in parse_targeting(definitions).items() if identifier in features_read(node)}
    elif kind is Kind.SEGMENT:
        used = {name for name, node in parse_targeting(definitions).items() if identifier in set(segments_read(node))}
    else:
        return []
    return [f"experiment {name}" for name in sorted(used)]


def _filters_reading(definitions: Definitions, feature: str) -> list[str]:
    """Whose filter of items reads a feature."""
    owners = [owner for owner, each in parse_item_filters(definitions).items() if feature in features_read(each.node)]
    return [kind.value if kind is Kind.DEFAULTS else f"{kind} {identifier}" for kind, identifier in owners]


def _trees(definitions: Definitions, known: ParsedRules | None) -> list[tuple[SegmentId, Node]]:
    schema = schema_of(definitions)
    return [(segment_id, tree) for (segment_id, _), tree in parse_rules(definitions, schema, known).items()]
