"""Frames as tables, pictures and sentences: pure, for artifacts and pages."""

from outreach.figures.events import Counted, counted, event_markdown, year_markdown
from outreach.figures.joined import (
    recent,
    share_joined_markdown,
    share_joined_plot,
    share_joined_table,
    share_joined_text,
)
from outreach.figures.ledger import exclusion_table, funnel_table
from outreach.figures.map import map_markdown, members_map
from outreach.figures.reach import reach_markdown
from outreach.figures.words import reason_words, status_words

__all__ = [
    "Counted", "counted", "event_markdown", "exclusion_table", "funnel_table", "map_markdown", "members_map",
    "reach_markdown", "reason_words", "recent", "share_joined_markdown", "share_joined_plot", "share_joined_table",
    "share_joined_text", "status_words", "year_markdown",
]  # fmt: skip
