"""The student and alumni register: taking files in."""

from outreach.register.importing import import_file
from outreach.register.summary import ImportSummary, Kind

__all__ = ["ImportSummary", "Kind", "import_file"]
