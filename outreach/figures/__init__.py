"""Frames as tables, pictures and sentences: pure, for artifacts and pages."""

from outreach.figures.joined import (
    recent,
    share_joined_markdown,
    share_joined_plot,
    share_joined_table,
    share_joined_text,
)
from outreach.figures.ledger import exclusion_table, funnel_table
from outreach.figures.words import reason_words, status_words

__all__ = [
    "exclusion_table", "funnel_table", "reason_words", "recent", "share_joined_markdown", "share_joined_plot",
    "share_joined_table", "share_joined_text", "status_words",
]  # fmt: skip
