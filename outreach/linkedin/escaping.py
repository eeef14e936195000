"""LinkedIn's "little" text format: what the Posts API takes as plain text must be escaped, or the post is silently cut.

For the API alone: schedulers and people who paste take the text as it is.
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

import re
from collections.abc import Collection

from outreach.linkedin.length import ADDRESS, MENTION

RESERVED = r"\|{}@[]()<>#*_~"
WHOLE = f"{MENTION}|{ADDRESS}"
NAMED = re.compile(r"@\[([^\[\]\\\n]{1,200})\]\(urn:li:organization:\d{1,20}\)")


def escaped(text: str, tags: Collection[str]) -> str:
    """`text` for `commentary`. Addresses, mentions of organisations and `tags` (without #) stay as they are."""
    real = "|".join(map(re.escape, tags))
    tag = rf"|#(?:{real})(?!\w)" if real else ""
    parts = re.compile(rf"(?P<whole>{WHOLE}{tag})|[{re.escape(RESERVED)}]")
    return parts.sub(lambda part: part[0] if part["whole"] else f"\\{part[0]}", text)


def as_people_write(text: str) -> str:
    """Mentions by name alone, as whoever pastes the text picks them from LinkedIn's list."""
    return NAMED.sub(r"@\1", text)
