"""What stands behind the routes of a server: a request finds it by the app that answers it."""

from __future__ import annotations

from starlette.requests import Request

from tessella.bootstrap import Application
from tessella.http.credentials import Credentials
from tessella.http.metrics import Metrics


def application_of(request: Request) -> Application:
    """The running application behind the routes."""
    application: Application = request.scope["app"].application
    return application


def credentials_of(request: Request) -> Credentials:
    """What tells whom a credential speaks for."""
    credentials: Credentials = request.scope["app"].credentials
    return credentials


def metrics_of(request: Request) -> Metrics:
    """What the server counts."""
    metrics: Metrics = request.scope["app"].metrics
    return metrics
