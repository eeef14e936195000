"""Tags: what stands in a rendered message where a person's own value will go.

A message is rendered once a variant, so `{{ person.given_name }}` prints a tag, and the transport puts each person's
value in its place. A tag exists in two kinds: `h` is filled with the HTML-escaped value, `t` with the plain one, for
text parts and subjects. The nonce is the message's own, so no name can be made to look like a tag.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from outreach.errors import PermanentFailure

HTML, TEXT = "h", "t"
CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
ANY_TAG = re.compile(r"tag([0-9a-f]{10})_([a-z][a-z_]*)_([ht])Z")


@lru_cache(maxsize=4096)
def tag(nonce: str, name: str, kind: str) -> str:
    """Letters, digits and underscores only: survives Markdown, HTML attributes and URLs unchanged."""
    return f"tag{nonce}_{name}_{kind}Z"


def nonce_in(*parts: str) -> str:
    """The nonce of a rendered message's tags; "" when it has none. Raises PermanentFailure when there are two."""
    found = {match[1] for part in parts for match in ANY_TAG.finditer(part)}
    if len(found) > 1:
        raise PermanentFailure("A message holds the tags of two messages and cannot be sent.")
    return found.pop() if found else ""


def names_in(*parts: str) -> set[str]:
    """The names of the person's values that rendered text asks for."""
    return {match[2] for part in parts for match in ANY_TAG.finditer(part)}


def substitutions(nonce: str, values: Mapping[str, str]) -> dict[str, str]:
    """Tag -> what replaces it, both kinds of every value, for one person.

    Raises PermanentFailure when a value itself contains one of the message's tags: some providers fill in several
    passes. A value that only looks like a tag has another nonce and arrives as it stands.
    """
    filled: dict[str, str] = {}
    ours = f"tag{nonce}_" if nonce else "\0"  # which no printable value holds
    for name, value in values.items():
        # What is printable holds nothing of CONTROL; asking that first makes a million people three times as fast.
        plain = (value if value.isprintable() else CONTROL.sub(" ", value)).strip()
        if ours in plain:
            raise PermanentFailure(f"A person's {name!r} looks like one of our tags and cannot be put into a message.")
        filled[tag(nonce, name, HTML)] = escape(plain)
        filled[tag(nonce, name, TEXT)] = plain
    return filled


def fill(part: str, replacements: Mapping[str, str]) -> str:
    """`part` with every tag replaced. Raises PermanentFailure when one is left over."""

    def value(match: re.Match[str]) -> str:
        try:
            return replacements[match[0]]
        except KeyError:
            raise PermanentFailure(f"The message asks for {match[2]!r}, which no person has.") from None

    return ANY_TAG.sub(value, part)
