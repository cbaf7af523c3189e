"""Whether a migration holds: over many players, how alike profiles are and how often anomalies agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

from tessella.domain.identifiers import GameId, Instant
from tessella.domain.intervals import Interval, wilson
from tessella.domain.taxonomy.rollout.answers import ToldAnomalies
from tessella.domain.taxonomy.rollout.comparison import EQUIVALENT, Comparison

#: The mean similarity that a migration needs, and the share of players whose anomalies agree.
NEEDED_SIMILARITY: Final = EQUIVALENT
NEEDED_AGREEMENT: Final = 0.9
#: Players below which nothing is said for or against.
NEEDED_PLAYERS: Final = 30
#: Of those who differ most, so many are listed.
LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class ComparedPlayer:
    """One player, asked of both. `player` is a pseudonym."""

    player: str
    profile: Comparison
    #: None where a system gave no answer.
    anomalies: tuple[ToldAnomalies, ToldAnomalies] | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often both say the same of anomalies."""

    players: int
    agreeing: int
    #: The share that agrees, with a 95 % interval by Wilson.
    share: float | None
    interval: Interval
    #: Cohen's: agreement beyond chance, 1 at most; None where chance alone would agree wholly.
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Validation:
    """What a comparison of both systems found."""

    game_id: GameId
    taxonomy_version: int | None
    made_at: Instant
    players: int
    #: Who was answered by both; means are over them.
    compared: int
    mean_similarity: float | None
    #: Players of similarity 0.9 or more, of those compared, with a 95 % interval by Wilson.
    equivalent: int
    equivalent_interval: Interval
    agreement: Agreement
    #: How many players each cause was found of, the most first.
    causes: Sequence[tuple[str, int]]
    #: Who differs most first.
    different: Sequence[ComparedPlayer]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the migration should not go on; none when it may."""
        if self.compared < NEEDED_PLAYERS:
            return (f"Only {self.compared} players were answered by both systems; {NEEDED_PLAYERS} are needed.",)
        similarity, share = self.mean_similarity or 0.0, self.agreement.share
        found = []
        if similarity <= NEEDED_SIMILARITY:
            found.append(
                f"The mean similarity of profiles is {similarity:.1%}; over {NEEDED_SIMILARITY:.0%} is needed."
            )
        if share is None or share < NEEDED_AGREEMENT:
            told = "unknown" if share is None else f"{share:.1%}"
            found.append(f"The share of players whose anomalies agree is {told}; {NEEDED_AGREEMENT:.0%} is needed.")
        return tuple(found)

    @property
    def holds(self) -> bool:
        """Whether the migration may go on."""
        return not self.reasons


def validation_of(
    game_id: GameId, taxonomy_version: int | None, players: Sequence[ComparedPlayer], made_at: Instant
) -> Validation:
    """What comparisons of players come to."""
    told = [each.profile.similarity for each in players if each.profile.similarity is not None]
    equivalent = sum(each.profile.is_equivalent for each in players)
    different = [each for each in players if each.profile.causes]
    different.sort(
        key=lambda each: (each.profile.similarity if each.profile.similarity is not None else -1, each.player)
    )
    return Validation(
        game_id, taxonomy_version, made_at, len(players), len(told), fsum(told) / len(told) if told else None,
        equivalent, wilson(equivalent, len(told)), _agreement(players), _causes(players), different[:LISTED],
    )  # fmt: skip


def _causes(players: Sequence[ComparedPlayer]) -> list[tuple[str, int]]:
    """By kind and axis; a player counts once for each."""
    found = Counter(
        name
        for each in players
        for name in {f"{cause.kind} {cause.axis_name}".strip() for cause in each.profile.causes}
    )
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))


def _agreement(players: Sequence[ComparedPlayer]) -> Agreement:
    flags = [
        (one.is_anomalous, other.is_anomalous) for each in players if each.anomalies for one, other in [each.anomalies]
    ]
    if not flags:
        return Agreement(0, 0, None, wilson(0, 0), None)
    agreeing = sum(one is other for one, other in flags)
    share = agreeing / len(flags)
    first, second = (sum(column) / len(flags) for column in zip(*flags, strict=True))
    by_chance = first * second + (1 - first) * (1 - second)
    kappa = None if by_chance == 1 else (share - by_chance) / (1 - by_chance)
    return Agreement(len(flags), agreeing, share, wilson(agreeing, len(flags)), kappa)
