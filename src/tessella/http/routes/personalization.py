"""What a subject is shown of a scope."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/personalization", tags=["personalization"])
