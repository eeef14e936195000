"""A mail inside a frame of a page: its links open pages of their own, and its colours are those it is asked to show."""

import re
from typing import Literal

Scheme = Literal["light", "dark"]

WHEN_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
BOTH_SCHEMES = re.compile(r'(color-schemes?(?:\s*:\s*|"\s+content="))light dark')


def opening_new_pages(html: str) -> str:
    """The document with every link opening a page of its own, since nothing of ours may be shown inside a frame."""
    before, head, after = html.partition("<head>")
    base = '<base target="_blank">'
    return f"{before}{head}{base}{after}" if head else base + html


def has_dark(html: str) -> bool:
    """Whether a letter has colours of its own for readers whose programs are dark."""
    return bool(WHEN_DARK.search(html))


def lit(html: str, scheme: Scheme) -> str:
    """A copy that looks in every browser as the letter does in a mail program that is light, or dark, and goes by what
    the letter asks for (Apple Mail, Thunderbird). Others turn a letter's colours round by rules of their own.
    """
    asked = WHEN_DARK.sub("@media all" if scheme == "dark" else "@media not all", html)
    return BOTH_SCHEMES.sub(rf"\g<1>{scheme}", asked)
