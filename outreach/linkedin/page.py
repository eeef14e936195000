"""The page to look at: each post as LinkedIn shows it, and a button that copies its text. Needs no other file."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from outreach.clock import OFFICE_ZONE
from outreach.departments import departments
from outreach.linkedin import pictures, schedulers
from outreach.linkedin.choosing import Week
from outreach.linkedin.composing import HOOK_UNITS, POST_UNITS
from outreach.linkedin.configuration import CHANNELS, LinkedIn
from outreach.linkedin.escaping import as_people_write
from outreach.linkedin.length import CLUSTER, units
from outreach.linkedin.post import Post
from outreach.linkedin.slots import monday_of
from outreach.linkedin.words import KINDS, LANGUAGES
from outreach.settings import settings
from outreach.story import Channel

TEMPLATE, SCRIPT, PICTURES = "index.html.jinja", "copy.js", "pictures"


@dataclass(frozen=True)
class Card:
    """A post on the page. `above`, `below`: what stands before the fold and after it."""

    number: int
    title: str
    channel: str
    from_whom: str
    when: str
    above: str
    below: str
    language: str
    languages: str
    text: str
    length: int
    kind: str
    department: str
    link: str
    alt: str
    preview: str
    files: tuple[tuple[str, str], ...]
    to_group: bool
    formula: bool
    item: str


def page(
    posts: Sequence[Post], week: Week, config: LinkedIn, made: Mapping[str, Mapping[tuple[int, int], bytes]]
) -> str:
    """The HTML of a week's posts in their order. `made`: the pictures, digest -> size -> JPEG."""
    folder = settings().templates_dir / "linkedin"
    script = (folder / SCRIPT).read_text(encoding="utf-8")
    cards = [_card(number, post, config, made) for number, post in enumerate(posts, start=1)]
    titles = [config.channels[channel].title_sv for channel in CHANNELS]
    return (
        _environment(folder)
        .get_template(TEMPLATE)
        .render(
            week=_week_in_words(week.name),
            scope=departments()[week.department_code].name_sv if week.department_code else "Hela universitetet",
            cards=cards,
            channels=[(title, [card for card in cards if card.channel == title]) for title in titles],
            schedulers=config.schedulers,
            most=POST_UNITS,
            script=script,
            script_digest=base64.b64encode(sha256(script.encode()).digest()).decode(),
        )
    )


def _environment(folder: Path) -> Environment:
    loader = FileSystemLoader(folder)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _card(number: int, post: Post, config: LinkedIn, made: Mapping[str, Mapping[tuple[int, int], bytes]]) -> Card:
    text = as_people_write(post.text)
    above, below = folded(text)
    sizes = made.get(post.picture, {})
    group = post.channel is Channel.LINKEDIN_GROUP
    return Card(
        number=number,
        title=post.hook,
        channel=config.channels[post.channel].title_sv,
        from_whom=settings().sender.name_sv if group else settings().sender.university_sv,
        when=format_datetime(post.at.astimezone(OFFICE_ZONE), "EEEE d MMMM 'kl.' HH.mm", locale="sv"),
        above=above,
        below=below,
        language="en" if post.language == "en" else "sv",
        languages=LANGUAGES[post.language],
        text=text,
        length=units(post.text),
        kind=KINDS[post.kind],
        department=departments()[post.department_code].name_sv if post.department_code in departments() else "",
        link=post.link or "",
        alt=post.alt,
        preview=pictures.inline(sizes[pictures.SIZES[0]]) if sizes else "",
        files=tuple((f"{w} × {h}", f"{PICTURES}/{post.picture[:12]}-{w}x{h}.jpg") for w, h in sizes),
        to_group=group,
        formula=schedulers.begins_like_a_formula(post),
        item=post.item,
    )


def folded(text: str) -> tuple[str, str]:
    """(what a telephone shows, the rest): about 140 characters, cut where LinkedIn cuts, between any two characters."""
    above = ""
    for found in CLUSTER.finditer(text):
        if units(above) + units(found[0]) > HOOK_UNITS:
            break
        above += found[0]
    return above, text[len(above) :]


def _week_in_words(name: str) -> str:
    monday = monday_of(name)
    sunday = monday + timedelta(days=6)
    first = format_date(monday, _as_far_as_it_differs(monday, sunday), locale="sv")
    return f"vecka {int(name[-2:])}, {first}–{format_date(sunday, 'd MMMM y', locale='sv')}"


def _as_far_as_it_differs(day: date, other: date) -> str:
    """The pattern of a day that stands before another one: 23–29 november 2026, 30 november–6 december 2026."""
    if day.year != other.year:
        return "d MMMM y"
    return "d" if day.month == other.month else "d MMMM"
