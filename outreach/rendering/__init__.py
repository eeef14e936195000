"""Messages: Markdown templates in, rendered variants with tags out. Pure but for reading the template files."""

from outreach.rendering.checks import check_messages
from outreach.rendering.edition import Part, Stories, for_mail, for_page, shortened, without
from outreach.rendering.examples import example_values
from outreach.rendering.markdown import Markdown, html_of, text_of
from outreach.rendering.people import person_values
from outreach.rendering.preview import write_preview
from outreach.rendering.variants import Rendered, nonce_of, render, render_all

__all__ = [
    "Markdown",
    "Part",
    "Rendered",
    "Stories",
    "check_messages",
    "example_values",
    "for_mail",
    "for_page",
    "html_of",
    "nonce_of",
    "person_values",
    "render",
    "render_all",
    "shortened",
    "text_of",
    "without",
    "write_preview",
]
