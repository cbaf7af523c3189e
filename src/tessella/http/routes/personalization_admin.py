"""Figures, evaluations and refreshes of personalization."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/personalization", tags=["personalization"])
