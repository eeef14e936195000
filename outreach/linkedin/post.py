"""A post: what was composed once and is written to every file from the record of it."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from outreach.errors import PermanentFailure
from outreach.linkedin.configuration import Shown
from outreach.story import Channel


@dataclass(frozen=True)
class Post:
    """One post of a channel. `text` is the whole of it: hook, body, link and tags.

    `item`: what it is about (`outreach.models.Export`). `at`: the proposed time, aware. `picture`: the digest of a
    picture of ours, or "". `headline`: the title of what is linked to. `names`: ids
    of stories it names without being about them.
    """

    channel: Channel
    item: str
    kind: str
    department_code: str | None
    language: Shown
    hook: str
    text: str
    tags: tuple[str, ...]
    link: str | None
    headline: str
    picture: str
    picture_width: int
    alt: str
    at: datetime
    names: tuple[int, ...] = ()


def as_record(post: Post) -> dict[str, Any]:
    """A post as JSON keeps it."""
    return asdict(post) | {
        "channel": post.channel.value,
        "tags": list(post.tags),
        "names": list(post.names),
        "at": post.at.isoformat(),
    }


def from_record(record: dict[str, Any]) -> Post:
    """The post of a record. Raises PermanentFailure for one that another version wrote."""
    if set(record) != {field.name for field in fields(Post)}:
        raise PermanentFailure("A LinkedIn post was recorded by another version of Outreach. Upgrade, and run again.")
    return Post(
        **record
        | {
            "channel": Channel(record["channel"]),
            "tags": tuple(record["tags"]),
            "names": tuple(record["names"]),
            "at": datetime.fromisoformat(record["at"]),
        }
    )
