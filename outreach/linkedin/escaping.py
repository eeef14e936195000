"""LinkedIn's "little" text format: what the Posts API takes as plain text must be escaped, or the post is silently cut.

For the API alone: schedulers and people who paste take the text as it is.
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

import re
from collections.abc import Collection

from outreach.linkedin.length import ADDRESS, MENTION

RESERVED = r"\|{}@[]()<>#*_~"
PARTS = re.compile(rf"(?P<whole>{MENTION}|{ADDRESS})|(?P<tag>#\w+)|(?P<reserved>[{re.escape(RESERVED)}])")
NAMED = re.compile(r"@\[([^\[\]\\\n]{1,200})\]\(urn:li:organization:\d{1,20}\)")


def escaped(text: str, tags: Collection[str]) -> str:
    """`text` for `commentary`. Addresses, mentions of organisations and `tags` (without #) stay as they are."""
    real = {f"#{tag}" for tag in tags}

    def part(match: re.Match[str]) -> str:
        if match["whole"] or match["tag"] in real:
            return match[0]
        return "".join(f"\\{sign}" if sign in RESERVED else sign for sign in match[0])

    return PARTS.sub(part, text)


def as_people_write(text: str) -> str:
    """Mentions by name alone, as whoever pastes the text picks them from LinkedIn's list."""
    return NAMED.sub(r"@\1", text)
