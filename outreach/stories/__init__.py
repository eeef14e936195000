"""Stories taken in from files, and their pictures."""

from outreach.stories.importing import import_stories
from outreach.stories.summary import StoriesSummary

__all__ = ["StoriesSummary", "import_stories"]
