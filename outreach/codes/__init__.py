"""Occupations (SSYK 2012) and industries (SNI 2007): their main groups, or all once the official file is read."""

from outreach.codes.importing import import_codes
from outreach.codes.listing import Code, CodeKind, codes, main_group, named
from outreach.codes.suggesting import suggestions

__all__ = ["Code", "CodeKind", "codes", "import_codes", "main_group", "named", "suggestions"]
