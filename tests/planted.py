"""Counts of an experiment as its units would have left them: written at once, so that a truth is planted cheaply."""

from collections.abc import Mapping, Sequence

import psycopg

from tessella.domain.identifiers import Namespace

#: When all of a cohort's rewards have come: the cohort that is merged.
_MERGED = "1970-01-01 00:00:00+00"
_CELL = "namespace, experiment_id, dimension, level, segment_key, policy_version, in_holdout, variant, cohort"
_PLACE = "%(ns)s, %(x)s, %(dim)s, %(level)s, %(segment)s, %(version)s, false, %(arm)s, %(at)s"
_UNITS = f"""
INSERT INTO tessella.experiment_units AS known ({_CELL}, units) VALUES ({_PLACE}, %(n)s)
ON CONFLICT ({_CELL}) DO UPDATE SET units = known.units + excluded.units
"""
_REWARDS = f"""
INSERT INTO tessella.experiment_rewards AS known ({_CELL}, metric, rewarded, total, squares)
VALUES ({_PLACE}, 'conversion', %(y)s, %(y)s, %(y)s)
ON CONFLICT ({_CELL}, metric) DO UPDATE SET
       rewarded = known.rewarded + excluded.rewarded, total = known.total + excluded.total,
       squares = known.squares + excluded.squares
"""
_TRAFFIC = """
INSERT INTO tessella.experiment_traffic_stats VALUES (%s, %s, date_trunc('hour', now()), %s)
ON CONFLICT (namespace, experiment_id, hour) DO UPDATE SET users = excluded.users
"""


def plant(
    dsn: str,
    namespace: Namespace,
    experiment_id: str,
    rates: Mapping[str, Sequence[float]],
    each: int,
    *,
    segments: bool = False,
    version: int = 0,
    shares: Mapping[str, Sequence[float]] | None = None,
) -> None:
    """So many units of each source and variant, all on a desktop, rewarded exactly at the rate of theirs.

    `rates` is by source, a rate for each variant. With `segments` the source is also the segment. `version` is of the
    policy that they were drawn by; with `shares` a variant has only this share of `each` in a source.
    """
    with psycopg.connect(dsn) as connection:
        for source, of_source in rates.items():
            key = f"source:{source}" if segments else "default"
            for arm, rate in enumerate(of_source):
                units = round(each * (shares[source][arm] if shares else 1))
                told = {"ns": namespace, "x": experiment_id, "segment": key, "arm": arm, "at": _MERGED, "n": units}
                told["version"] = version
                for dimension, level in (("source", source), ("device", "desktop"), ("segment", key)):
                    row = told | {"dim": dimension, "level": level, "y": round(units * rate)}
                    connection.execute(_UNITS, row)
                    connection.execute(_REWARDS, row)


def traffic(dsn: str, namespace: Namespace, experiment_id: str, users: int) -> None:
    """So many units were assigned in this hour."""
    with psycopg.connect(dsn) as connection:
        connection.execute(_TRAFFIC, [namespace, experiment_id, users])
