"""Calculated audiences: who reads them beside a server, and who writes their members to files."""

from tessella.warehouse.audiences.exports import ExportFiles
from tessella.warehouse.audiences.reader import AudienceReader

__all__ = ["AudienceReader", "ExportFiles"]
