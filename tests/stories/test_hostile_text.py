"""Whatever stands in a story, what the renderer makes of it holds no code, no foreign picture and no odd address."""

from html.parser import HTMLParser

from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach.rendering.markdown import escaped, html_of, text_of
from outreach.stories import texts
from outreach.stories.problems import RefusedStory

PIECES = [
    "<script>", "</script>", "alert(1)", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:", "`",
    "data:text/html,", "vbscript:", "&#106;avascript:", "java\tscript:", "[a](", ")", "![b](", "<", ">", "[1]: ",
    "[x][1]", "\n", "\n\n", "    ", "> ", "- ", "# ", "**", "_", "|", "\\", '"', "'", "<!--", "-->", "<?php",
    "https://example.org/", "mailto:a@example.org", "<https://example.org>", "<javascript:alert(1)>", "{{ person }}",
    "{% include 'x' %}", "hej", "שלום", "👩‍🎓", "\u202e", "\x00", "&lt;script&gt;", "style=", "onclick=", "<a href=",
    "<![CDATA[", "]]>",
]  # fmt: skip
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=20).map("".join)
TAGS = {
    "p", "a", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "hr", "br", "h1", "h2", "h3", "h4", "h5",
    "h6", "table", "tr", "td",
}  # fmt: skip
ATTRIBUTES = {"href", "title", "start", "role", "class"}


class Page(HTMLParser):
    """What a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.addresses += [value or "" for name, value in attrs if name == "href"]


@given(HOSTILE)
@example("<script>alert(1)</script>")
@example("[a](javascript:alert(1))")
@example("![a](https://evil.example/pixel.gif)")
@example("<a href='javascript:alert(1)'>x</a>")
@example("<!--[a](//evil.example)![b](c)")
@settings(max_examples=400, deadline=None)
def test_nothing_runs_whatever_is_written(text: str) -> None:
    try:
        clean, _ = texts.body(text, "body_sv")
    except RefusedStory:
        return
    page = Page()
    page.feed(html_of(clean))
    page.close()
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    for address in page.addresses:
        assert texts.link(address) == address
    text_of(clean)
    assert texts.body(clean, "body_sv")[0] == clean  # made safe once is safe


@given(HOSTILE)
@settings(max_examples=200, deadline=None)
def test_title_is_one_line_that_prints_as_it_stands(text: str) -> None:
    try:
        clean, _ = texts.title(text, "title_sv")
    except RefusedStory:
        return
    assert "\n" not in clean
    page = Page()
    page.feed(html_of(escaped(clean)))
    assert page.tags <= {"p"}
