"""What a subject has agreed to."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/personalization", tags=["personalization"])
