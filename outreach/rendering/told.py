"""A story's or an event's Markdown, which comes from outside: no HTML, no pictures, links to the web and to mail only,
headings below those around it. Cut between paragraphs where there is not room for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from outreach import tags
from outreach.rendering.markdown import text_of_tokens

SCHEMES = {"http", "https", "mailto"}
HEADING = "h4"  # the page is h1, a section h2, a story's title h3


def is_safe(address: str) -> bool:
    """Whether an address may be a link."""
    try:
        return urlsplit(address.strip()).scheme.lower() in SCHEMES
    except ValueError:
        return False


class _Stories(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return is_safe(url)


PARSER = _Stories("commonmark", {"html": False}).disable(["image", "hr"])


@dataclass(frozen=True)
class Told:
    """A story's text. `cut`: whether something of it was left out."""

    html: str
    text: str
    cut: bool


@lru_cache(maxsize=4096)
def told(markdown: str, most: int | None = None, heading: str = HEADING) -> Told:
    """The text as HTML and as plain text: all of it, or its first paragraphs of at most `most` characters together.

    The first paragraph is always there. `heading`: what every heading in it becomes. What looks like one of our tags is
    taken out: it would be filled with a reader's own data.
    """
    plain = tags.ANY_TAG.sub("", markdown)
    blocks = _blocks(PARSER.parse(plain))
    kept = blocks if most is None else _fitting(blocks, most)
    tokens = [token for block in kept for token in block]
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = heading
    html: str = PARSER.renderer.render(tokens, PARSER.options, {})
    return Told(html.strip(), text_of_tokens(tokens), len(kept) < len(blocks))


def _blocks(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens by the paragraph, list or heading they stand in."""
    blocks: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            blocks.append([])
        blocks[-1].append(token)
        depth += token.nesting
    return blocks


def _fitting(blocks: Sequence[list[Token]], most: int) -> list[list[Token]]:
    """The first block and as many after it as there is room for; a heading never comes last."""
    kept: list[list[Token]] = []
    used = 0
    for block in blocks:
        used += sum(len(token.content) for token in block if token.type == "inline")
        if kept and used > most:
            break
        kept.append(block)
    while len(kept) > 1 and len(kept) < len(blocks) and kept[-1][0].type == "heading_open":
        kept.pop()
    return kept
