"""What predictions say of many subjects, as facts that are to be stored."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tessella.domain.identifiers import FeatureName, Instant, Json, SubjectId

#: Subjects whose facts are handed on at once.
_AT_ONCE: Final = 4096


@dataclass(frozen=True, slots=True)
class PredictedFacts:
    """A value of each feature for each subject; no facts where there are no subjects."""

    subjects: Sequence[SubjectId] = ()
    values: Mapping[FeatureName, Sequence[Json]] = field(default_factory=dict)
    #: What makes them say less than they seem to, in sentences.
    warnings: Sequence[str] = ()
    #: Why there are none; empty where there are some.
    missing: str = ""

    async def csv(self, names: Sequence[FeatureName], as_of: Instant) -> AsyncIterator[bytes]:
        """The facts of some of the features, in the columns of stored facts."""
        for start in range(0, len(self.subjects), _AT_ONCE):
            part, lines = slice(start, start + _AT_ONCE), io.StringIO(newline="")
            writer = csv.writer(lines, lineterminator="\n")
            for name in names:
                for subject_id, value in zip(self.subjects[part], self.values[name][part], strict=True):
                    writer.writerow((subject_id, name, json.dumps(value), as_of))
            yield lines.getvalue().encode()
