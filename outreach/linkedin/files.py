"""Every file of a week's export, as bytes. The same posts give the same bytes."""

from collections.abc import Sequence

import pandas as pd
from babel.dates import format_datetime

from outreach.clock import OFFICE_ZONE
from outreach.departments import departments
from outreach.linkedin import api, page, pictures, schedulers
from outreach.linkedin.choosing import Week
from outreach.linkedin.configuration import CHANNELS, LinkedIn
from outreach.linkedin.escaping import as_people_write
from outreach.linkedin.post import Post
from outreach.linkedin.slots import monday_of
from outreach.linkedin.words import KINDS, LANGUAGES
from outreach.linkedin.workbook import workbook
from outreach.story import Channel

CALENDAR, INDEX = "content-calendar.xlsx", "index.html"
COLUMNS = ("Nr", "Kanal", "Dag", "Tid", "Rubrik", "Text", "Länk", "Taggar", "Bild", "Alt-text", "Språk", "Institution",
           "Slag", "Källa")  # fmt: skip


def in_order(posts: Sequence[Post]) -> list[Post]:
    """The page's posts by time, then the group's."""
    return sorted(posts, key=lambda post: (CHANNELS.index(post.channel), post.at, post.item))


def files(posts: Sequence[Post], week: Week, config: LinkedIn) -> dict[str, bytes]:
    """Path below the week's folder -> content. Raises PermanentFailure when a scheduler's limit is broken."""
    ordered = in_order(posts)
    made = _pictures(ordered)
    page_posts = [post for post in ordered if post.channel is Channel.LINKEDIN_PAGE]
    addresses = {
        post.picture: pictures.public_address(post.picture, post.picture_width) for post in ordered if post.picture
    }
    link_size = {digest: _name(digest, pictures.SIZES[0]) for digest in made}
    found = {
        CALENDAR: workbook(calendar(ordered, link_size, config), monday_of(week.name)),
        INDEX: page.page(ordered, week, config, made).encode(),
        "posts-api/headers.json": api.as_json(api.headers(config)),
    }
    for scheduler in config.schedulers:
        found[scheduler.file] = schedulers.written(scheduler, page_posts, addresses).encode()
    for number, post in enumerate(ordered, start=1):
        if post.channel is Channel.LINKEDIN_PAGE:
            found[f"posts-api/{number}.json"] = api.as_json(api.body(post, config, link_size.get(post.picture)))
    for digest, sizes in made.items():
        found |= {_name(digest, size): content for size, content in sizes.items()}
    return found


def calendar(posts: Sequence[Post], link_size: dict[str, str], config: LinkedIn) -> pd.DataFrame:
    """One row a post, columns COLUMNS, every cell a string. Times are the office's."""
    rows = [_row(number, post, link_size, config) for number, post in enumerate(posts, start=1)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def _row(number: int, post: Post, link_size: dict[str, str], config: LinkedIn) -> tuple[str, ...]:
    at = post.at.astimezone(OFFICE_ZONE)
    return (
        str(number),
        config.channels[post.channel].title_sv,
        format_datetime(at, "EEEE d MMMM y", locale="sv"),
        at.strftime("%H:%M"),
        post.hook,
        as_people_write(post.text),
        post.link or "",
        " ".join(f"#{tag}" for tag in post.tags),
        link_size.get(post.picture, ""),
        post.alt,
        LANGUAGES[post.language],
        departments()[post.department_code].name_sv if post.department_code in departments() else "Centralt",
        KINDS[post.kind],
        post.item,
    )


def _pictures(posts: Sequence[Post]) -> dict[str, dict[tuple[int, int], bytes]]:
    """Digest -> size -> JPEG. A picture whose file is gone is left out."""
    wanted = {post.picture: post.picture_width for post in posts if post.picture}
    cropped = {digest: pictures.cropped(digest, width) for digest, width in wanted.items()}
    return {digest: sizes for digest, sizes in cropped.items() if sizes}


def _name(digest: str, size: tuple[int, int]) -> str:
    return f"{page.PICTURES}/{digest[:12]}-{size[0]}x{size[1]}.jpg"
