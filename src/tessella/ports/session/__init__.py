"""One caller's view of one namespace."""

from __future__ import annotations

from typing import Protocol

from tessella.ports.session.access import Access
from tessella.ports.session.alerts import Alerts, Webhooks
from tessella.ports.session.audiences import Audiences
from tessella.ports.session.bulk import Bulk
from tessella.ports.session.consents import Consents
from tessella.ports.session.consistency import Consistency
from tessella.ports.session.customers import Customers
from tessella.ports.session.drafting import Drafting
from tessella.ports.session.evaluations import Evaluations
from tessella.ports.session.experiments import Assigning, Learning, Segmenting
from tessella.ports.session.histories import Histories
from tessella.ports.session.history import History
from tessella.ports.session.indexes import Indexes
from tessella.ports.session.ingesting import Ingesting
from tessella.ports.session.items import Items
from tessella.ports.session.jobs import Jobs
from tessella.ports.session.models import Models
from tessella.ports.session.monitoring import Monitoring
from tessella.ports.session.outcomes import Outcomes
from tessella.ports.session.overview import Overviews
from tessella.ports.session.personalization import Evaluated, Flagging, Ranks, Vectors
from tessella.ports.session.predictions import Predictions
from tessella.ports.session.privacy import Privacy
from tessella.ports.session.publishing import Publishing
from tessella.ports.session.rankings import Rankings
from tessella.ports.session.reading import Reading
from tessella.ports.session.recommending import Recommending
from tessella.ports.session.recording import Recording
from tessella.ports.session.segment_predictions import SegmentPredictions
from tessella.ports.session.taxonomy import Differences, Players, Taxonomies


class Session(
    Reading,
    Consents,
    Access,
    Customers,
    Recording,
    Publishing,
    Drafting,
    History,
    Histories,
    Rankings,
    Predictions,
    Indexes,
    Ingesting,
    Bulk,
    Items,
    Jobs,
    Outcomes,
    Overviews,
    Evaluations,
    Audiences,
    Models,
    Monitoring,
    SegmentPredictions,
    Assigning,
    Learning,
    Segmenting,
    Taxonomies,
    Players,
    Differences,
    Vectors,
    Ranks,
    Flagging,
    Evaluated,
    Privacy,
    Consistency,
    Alerts,
    Webhooks,
    Recommending,
    Protocol,
):
    """All that a caller can do in a namespace. Use cases take this; a helper takes the part that it needs."""


__all__ = ["Session"]
