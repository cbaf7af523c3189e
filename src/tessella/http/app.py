"""The application as a server runs it: every route, one way for errors, one document."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from tessella.bootstrap import Application
from tessella.domain.definitions import ID_FIELD, Kind
from tessella.http.credentials import Credentials
from tessella.http.guards.headers import headers_of_all
from tessella.http.guards.limits import Limits
from tessella.http.guards.origins import with_origins
from tessella.http.hot import HotPaths
from tessella.http.metrics import Metrics, Slot
from tessella.http.openapi import document
from tessella.http.problems import handle_errors
from tessella.http.routes import (
    admin_app,
    alerts,
    audiences,
    audit,
    compare,
    consistency,
    customers,
    decide,
    defaults,
    docs,
    evaluations,
    history,
    indexes,
    ingest,
    items,
    jobs,
    keys,
    knobs,
    loyalty_segments,
    models,
    monitoring,
    ofrep,
    operations,
    outcomes,
    overview,
    personalization,
    personalization_admin,
    personalization_flags,
    personalization_settings,
    players,
    privacy,
    publishing,
    recommend,
    rollout,
    rules,
    segment_audiences,
    session,
    sources,
    subject_access,
    subjects,
    suggestions,
    taxonomy,
    training,
    webhooks,
)
from tessella.http.routes.definitions import DefinitionRoutes
from tessella.http.routes.experiments import EXPERIMENT_ROUTERS, allocate
from tessella.http.routes.versions import VersionRoutes
from tessella.http.slashes import WithoutLastSlash
from tessella.http.tracing import Around, RequestLog, Tracing

HOT: Final = (*decide.HOT, *recommend.HOT, *ingest.HOT, *allocate.HOT, *players.HOT, *personalization.HOT)
_ROUTERS: Final = (
    publishing.router, consistency.router, audiences.router, segment_audiences.router, knobs.router,
    suggestions.router,
    *(DefinitionRoutes(kind).router() for kind in ID_FIELD),
    history.router, *(VersionRoutes(kind).router() for kind in Kind),
    defaults.router, rules.router, sources.router, customers.router,
    subject_access.router, privacy.router, subjects.router,
    loyalty_segments.router, items.router, audit.router, jobs.router, indexes.router,
    models.router, monitoring.router, training.router, compare.router, evaluations.router, ofrep.router,
    *EXPERIMENT_ROUTERS, taxonomy.router, rollout.router,
    personalization.router, personalization_admin.router, personalization_flags.router, personalization_settings.router,
    keys.router, session.router,
    outcomes.router, overview.router, alerts.router, webhooks.router, operations.router, docs.router, admin_app.router,
)  # fmt: skip


class Service(FastAPI):
    """The framework's application, with our running parts and our document."""

    def __init__(self, application: Application, slot: Slot | None) -> None:
        super().__init__(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
        self.application = application
        self.metrics = Metrics(application, slot)
        settings = application.settings
        self.credentials = Credentials(application)
        self.limits = Limits(settings, self.metrics.went_beyond_quota)
        application.on_erasure(self.credentials.forget)
        application.on_erasure(self.limits.forget)
        log = RequestLog(settings.access_log)
        around = Around(log, headers_of_all(settings.transport_security_days))
        self._paths = with_origins(HotPaths(HOT, Tracing(super().__call__, around), self, around), settings.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._paths(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = document(self, HOT)
        return self.openapi_schema


def create_app(application: Application, slot: Slot | None = None) -> Service:
    """The ASGI application over running parts. `slot` is the worker's place among others."""
    app = Service(application, slot)
    app.router.routes.extend(each.route() for each in HOT)
    # The routes are complete as their routers made them. The framework would make each again, at the first request.
    app.router.routes.extend(route for router in _ROUTERS for route in router.routes)
    handle_errors(app)
    app.add_middleware(WithoutLastSlash)
    return app
