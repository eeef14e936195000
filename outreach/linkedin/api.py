"""Bodies for LinkedIn's Posts API (`POST /rest/posts`), for the page alone: groups take no API."""

from typing import Any

import orjson

from outreach.linkedin.configuration import LinkedIn
from outreach.linkedin.escaping import escaped
from outreach.linkedin.length import cut
from outreach.linkedin.post import Post

TITLE_UNITS, ALT_UNITS = 400, 4086  # of an article; of an image's altText


def headers(config: LinkedIn) -> dict[str, str]:
    """What every request carries beside its token."""
    return {
        "Content-Type": "application/json",
        "LinkedIn-Version": config.api_version,
        "X-Restli-Protocol-Version": "2.0.0",
    }


def body(post: Post, config: LinkedIn, picture: str | None) -> dict[str, Any]:
    """The body of one post. `picture`: the file to upload first; the id that LinkedIn answers takes its name's place.

    With a picture the post shows it, and its address stands in the text; without, the address is shown as an article.
    """
    fields: dict[str, Any] = {
        "author": config.organisation,
        "commentary": escaped(post.text, post.tags),
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if picture:
        fields["content"] = {"media": {"id": f"urn:li:image:UPLOAD:{picture}", "altText": cut(post.alt, ALT_UNITS)}}
    elif post.link:
        article = {"source": post.link, "title": cut(post.headline, TITLE_UNITS), "description": post.hook}
        fields["content"] = {"article": article}
    return fields


def as_json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
