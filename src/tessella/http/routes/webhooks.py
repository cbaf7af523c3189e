"""Webhooks: URLs that are told of alerts, and of who enters and leaves segments."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import SegmentId
from tessella.domain.notices.webhook import StoredWebhook, Webhook
from tessella.http.answers import answer, no_content
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.openapi import described, path_parameter
from tessella.http.paging import USUAL
from tessella.http.routes.definitions import Cursor, Limit
from tessella.http.schemas.alerts import (
    DeliveryPage,
    DeliveryShown,
    PingBegun,
    WebhookBody,
    WebhookShown,
    WebhooksShown,
    WebhookWithSecret,
)
from tessella.http.serving import application_of
from tessella.http.shown.times import time_text
from tessella.ports.notices import StoredDelivery

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])

_ONE: Final = {"parameters": [path_parameter("webhook_id")]}
_CREATED: Final = HTTPStatus.CREATED
_ACCEPTED: Final = HTTPStatus.ACCEPTED


@router.post(
    "", status_code=_CREATED, openapi_extra=described(body="WebhookBody", answer="WebhookWithSecret", status=201)
)
async def create_webhook(request: Request) -> Response:
    """Have a URL told of events. The secret that signs the messages is shown in this answer only."""
    async with opened(request, "webhooks.write") as session:
        wanted, reach = await _read(request), application_of(request).settings.webhook_reach
        stored, secret = await usecases.create_webhook(session, wanted, reach)
    return answer(_with_secret(stored, secret), _CREATED, {"Location": f"/api/v1/webhooks/{stored.webhook_id}"})


@router.get("", openapi_extra=described(answer="WebhooksShown"))
async def list_webhooks(request: Request) -> Response:
    """List the webhooks, the oldest first; there are a hundred at most."""
    async with opened(request, "webhooks.read") as session:
        return answer(WebhooksShown([WebhookShown(**_told(each)) for each in await usecases.list_webhooks(session)]))


@router.get("/{webhook_id}", openapi_extra=described(answer="WebhookShown") | _ONE)
async def get_webhook(request: Request) -> Response:
    """Read one webhook."""
    async with opened(request, "webhooks.read") as session:
        found = await usecases.get_webhook(session, request.path_params["webhook_id"])
    return answer(WebhookShown(**_told(found)))


@router.put("/{webhook_id}", openapi_extra=described(body="WebhookBody", answer="WebhookShown") | _ONE)
async def change_webhook(request: Request) -> Response:
    """Give it another URL or other events, or switch it off. Its secret stays.

    What waits for one that is switched off is not sent.
    """
    async with opened(request, "webhooks.write") as session:
        wanted, reach = await _read(request), application_of(request).settings.webhook_reach
        changed = await usecases.change_webhook(session, request.path_params["webhook_id"], wanted, reach)
    return answer(WebhookShown(**_told(changed)))


@router.post("/{webhook_id}/secret", openapi_extra=described(answer="WebhookWithSecret") | _ONE)
async def renew_webhook_secret(request: Request) -> Response:
    """Replace the secret: it signs every message from now on, and is shown in this answer only."""
    async with opened(request, "webhooks.write") as session:
        renewed = await usecases.renew_webhook_secret(session, request.path_params["webhook_id"])
    return answer(_with_secret(*renewed))


@router.post(
    "/{webhook_id}/ping", status_code=_ACCEPTED, openapi_extra=described(answer="PingBegun", status=_ACCEPTED) | _ONE
)
async def ping_webhook(request: Request) -> Response:
    """Send it the event `ping`, apart from this request, to see that messages arrive."""
    async with opened(request, "webhooks.write") as session:
        begun = await usecases.ping_webhook(session, request.path_params["webhook_id"])
    return answer(PingBegun(begun), _ACCEPTED)


@router.get("/{webhook_id}/deliveries", openapi_extra=described(answer="DeliveryPage") | _ONE)
async def list_deliveries(request: Request, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
    """List what has become of its messages, the newest first. They are kept for 30 days."""
    webhook_id = request.path_params["webhook_id"]
    async with opened(request, "webhooks.read") as session:
        found, next_cursor = await usecases.list_deliveries(session, webhook_id, limit=limit, cursor=cursor)
    return answer(DeliveryPage([_delivery(each) for each in found], next_cursor))


@router.delete("/{webhook_id}", status_code=HTTPStatus.NO_CONTENT, openapi_extra=described(status=204) | _ONE)
async def delete_webhook(request: Request) -> Response:
    """Take a webhook away, with what was to be delivered to it."""
    async with opened(request, "webhooks.write") as session:
        await usecases.delete_webhook(session, request.path_params["webhook_id"])
    return no_content()


async def _read(request: Request) -> Webhook:
    body = await read(request, WebhookBody, DECISION)
    return Webhook(body.url, frozenset(body.events), frozenset(map(SegmentId, body.segment_ids)), body.is_on)


def _delivery(stored: StoredDelivery) -> DeliveryShown:
    return DeliveryShown(
        stored.delivery_id, stored.event, stored.state, stored.attempts, stored.problem, iso(stored.created_at),
        time_text(stored.finished_at),
    )  # fmt: skip


def _with_secret(stored: StoredWebhook, secret: str) -> WebhookWithSecret:
    return WebhookWithSecret(**_told(stored), secret=secret)


def _told(stored: StoredWebhook) -> dict[str, Any]:
    webhook = stored.webhook
    return {
        "webhook_id": stored.webhook_id, "url": webhook.url, "events": sorted(webhook.events),
        "segment_ids": sorted(webhook.segment_ids), "is_on": webhook.is_on,
        "created_at": iso(stored.created_at), "changed_at": iso(stored.changed_at),
    }  # fmt: skip
