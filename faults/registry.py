"""Every scenario by name: one file a scenario, one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from benchmarks.figure import Figure
from faults import abuse, cold_start, disk_full, goodbye, hung, jobs, kills, outage, pools, restore, slow_link, soak
from faults.installation import Installation

#: A scenario is given an installation and its seed, and yields its figures as they come. The first line of its
#: docstring says what it does.
Scenario = Callable[[Installation, int], Iterator[Figure]]

#: What `make faults` runs. The last one leaves other definitions behind.
SCENARIOS: Final[Mapping[str, Scenario]] = {
    "kills": kills.run,
    "outage": outage.run,
    "cold_start": cold_start.run,
    "jobs": jobs.run,
    "goodbye": goodbye.run,
    "disk_full": disk_full.run,
    "slow_link": slow_link.run,
    "pools": pools.run,
    "abuse": abuse.run,
    "hung": hung.run,
}
#: What takes longer, and runs by its name only.
LONG_SCENARIOS: Final[Mapping[str, Scenario]] = {
    "outage_long": outage.run_long,
    "soak": soak.run,
    "restore": restore.run,
}
