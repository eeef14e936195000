"""Messages: Markdown templates in, rendered variants with tags out. Pure but for reading the template files."""

from outreach.rendering.markdown import html_of, text_of
from outreach.rendering.people import person_values
from outreach.rendering.variants import Rendered, nonce_of, render, render_all

__all__ = ["Rendered", "html_of", "nonce_of", "person_values", "render", "render_all", "text_of"]
