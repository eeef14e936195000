"""Files for schedulers: the columns each one reads, to the letter, judged by its own limits.

The text stands in them as it is: a scheduler posts what the cell holds, so a guard against spreadsheets (an apostrophe
before `=`) would be posted too. The guard is that every field is quoted, that the page beside the files says they are
not for a spreadsheet, and that the run names the posts that begin like a formula (`begins_like_a_formula`).
"""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from itertools import pairwise

from outreach.errors import PermanentFailure
from outreach.linkedin.configuration import Cell, Scheduler
from outreach.linkedin.escaping import as_people_write
from outreach.linkedin.length import units
from outreach.linkedin.post import Post

PLATFORM = "linkedin"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def begins_like_a_formula(post: Post) -> bool:
    """Whether a spreadsheet that opens a CSV file would take the text for a formula."""
    return post.text.startswith(FORMULA)


def written(scheduler: Scheduler, posts: Sequence[Post], pictures: Mapping[str, str]) -> str:
    """The file's content for a channel's posts in the order of their times. `pictures`: digest -> public address.

    Raises PermanentFailure naming the scheduler and the limit that the posts break.
    """
    if said := _broken(scheduler, posts):
        raise PermanentFailure(f"The file for {scheduler.name} cannot be written: {said}.")
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if scheduler.header:
        out.write(",".join(name for name, _ in scheduler.columns) + "\r\n")
    writer.writerows([_cell(kind, scheduler, post, pictures) for _, kind in scheduler.columns] for post in posts)
    return out.getvalue()


def _broken(scheduler: Scheduler, posts: Sequence[Post]) -> str | None:
    """What the posts break of a scheduler's limits, in words."""
    if scheduler.max_rows and len(posts) > scheduler.max_rows:
        return f"it takes at most {scheduler.max_rows} posts, and there are {len(posts)}"
    for post in posts:
        if units(post.text) > scheduler.max_units:
            return f"{post.item} is longer than {scheduler.max_units} characters"
        if post.at.astimezone(scheduler.zone).minute % scheduler.minute_step:
            return f"{post.item} is not at a minute it takes (every {scheduler.minute_step})"
    for one, other in pairwise(posts):
        if (other.at - one.at).total_seconds() < scheduler.min_gap_minutes * 60:
            return f"{one.item} and {other.item} are less than {scheduler.min_gap_minutes} minutes apart"
    return None


def _without_link(post: Post) -> str:
    """The text for a scheduler that puts the address below it itself."""
    paragraphs = post.text.split("\n\n")
    return "\n\n".join(part for part in paragraphs if not (post.link and part.endswith(f": {post.link}")))


def _cell(kind: Cell, scheduler: Scheduler, post: Post, pictures: Mapping[str, str]) -> str:
    at = post.at.astimezone(scheduler.zone)
    match kind:
        case "text":
            return as_people_write(post.text)
        case "text_without_link":
            return as_people_write(_without_link(post))
        case "link":
            return post.link or ""
        case "image":
            return pictures.get(post.picture, "")
        case "platform":
            return PLATFORM
        case "date":
            return at.strftime(scheduler.date)
        case "time":
            return at.strftime(scheduler.time)
        case _:
            return ""
