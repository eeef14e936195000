"""What people write, judged and made safe. Pure.

The renderer shows HTML as text and follows no address but http, https and mailto; what is refused here is refused so
that whoever wrote it hears of it, and not because it would run.
"""

import re
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from outreach.stories.problems import Problem, RefusedStory
from outreach.tags import ANY_TAG

TITLE_LONGEST = 200
BODY_LONGEST = 20_000
LINK_LONGEST = 2_000
SCHEMES = ("http", "https", "mailto")
# Control characters but tab and line feed, marks that turn the text after them around, and lone surrogates. Joiners
# and the plain marks of direction stay: Persian and Hebrew need them.
HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
CODE = re.compile(r"<\s*/?\s*(script|style|iframe|frame|object|embed|svg|math|form|input|link|meta|base)\b", re.I)
HANDLER = re.compile(r"\son\w+\s*=", re.I)


class _Everything(MarkdownIt):
    """Markdown with nothing left out, so that what is in it can be judged."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return True


AS_SHOWN = _Everything("commonmark", {"html": False})  # as `outreach.rendering` reads it
AS_HTML = _Everything("commonmark", {"html": True})


def title(text: str, column: str) -> tuple[str, list[Problem]]:
    """One line of plain text. Raises RefusedStory."""
    clean, found = _seen(text, column)
    line = re.sub(r"\s*\n\s*", " ", clean).strip()
    _check(line, column, TITLE_LONGEST)
    _refuse(CODE, line, column)
    return line, found


def body(text: str, column: str) -> tuple[str, list[Problem]]:
    """Markdown. Raises RefusedStory for code, pictures and addresses that nobody may be sent to."""
    clean, found = _seen(text, column)
    clean = clean.strip()
    _check(clean, column, BODY_LONGEST)
    for token in _tokens(AS_SHOWN.parse(clean)):
        if token.type == "image":
            raise RefusedStory("picture_in_text")
        if token.type == "link_open":
            link(str(token.attrs.get("href", "")))
        elif token.type == "text":
            _refuse(CODE, token.content, column)
    for token in _tokens(AS_HTML.parse(clean)):
        if token.type in ("html_inline", "html_block"):
            _refuse(CODE, token.content, column)
            _refuse(HANDLER, token.content, column)
            found.append(Problem("html_is_text", column, token.content.strip()))
    return clean, found[:2]


def link(text: str) -> str:
    """An address that a reader may be sent to. Raises RefusedStory."""
    address = text.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        raise RefusedStory("bad_link", "link", address) from None
    reaches = parts.path if parts.scheme == "mailto" else parts.hostname and "@" not in parts.netloc
    if parts.scheme not in SCHEMES or not reaches or len(address) > LINK_LONGEST or re.search(r"[\s<>\"\\]", address):
        raise RefusedStory("bad_link", "link", address)
    return address


def _seen(text: str, column: str) -> tuple[str, list[Problem]]:
    """Without what steers text unseen."""
    lines = BREAKS.sub("\n", text)
    clean = HIDDEN.sub("", lines)
    return clean, [] if clean == lines else [Problem("hidden_removed", column)]


def _check(text: str, column: str, longest: int) -> None:
    if len(text) > longest:
        raise RefusedStory("long", column, longest)
    if mark := ANY_TAG.search(text):
        raise RefusedStory("our_mark", column, mark[0])


def _refuse(code: re.Pattern[str], text: str, column: str) -> None:
    if found := code.search(text):
        raise RefusedStory("script", column, found[0].strip())


def _tokens(blocks: list[Token]) -> list[Token]:
    return [token for block in blocks for token in (block, *_tokens(block.children or []))]
