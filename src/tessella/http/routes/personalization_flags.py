"""What is switched on."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="", tags=["personalization"])
