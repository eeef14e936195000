"""A newsletter's stories as they stand in a mail and on a page: pure, from sections and stories to HTML and text."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_date, format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from outreach import tags
from outreach.clock import OFFICE_ZONE
from outreach.departments import departments
from outreach.duties import Language, Section
from outreach.rendering.told import Told, is_safe, told
from outreach.settings import settings
from outreach.story import Kind, Picture, Story

MAIL, PAGE = "newsletter-stories.html.jinja", "newsletter-page.html.jinja"
# Characters of a story's text in a mail, by how its section looks; the rest is a link away.
ROOM = {"lead": 700, "large": 600, "small": 280, "dates": 180}
FULL, TALL, THUMBNAIL = 524, 220, 168  # pixels across in a mail: the column of text, a portrait, a picture beside it
ASKING = {Kind.MENTORS, Kind.CALL}
LOCALES = {"sv": "sv", "en": "en_GB"}
SAID = {
    "in": {"sv": "(på engelska)", "en": "(in Swedish)"},  # of a story in the other language
    "more_at": {"sv": "Läs mer på", "en": "Read more at"},
    "whole": {"sv": "Läs hela texten i webbversionen", "en": "Read the whole story in the web version"},
    "write": {"sv": "Skriv till", "en": "Write to"},
}


@dataclass(frozen=True)
class Part:
    """A section as one reader sees it. `own`: the name of the department it is about, in an own section."""

    section: Section
    stories: tuple[Story, ...]
    own: str = ""


@dataclass(frozen=True)
class Stories:
    """What stands where a message says {{ stories }}, in its two kinds."""

    html: str
    text: str


@dataclass(frozen=True)
class Shown:
    """A story as a reader of one language sees it."""

    slug: str
    title: str
    language: Language
    foreign: str  # "(in Swedish)", or "" in the reader's own
    body: Told
    department: str
    when: str
    day: str  # "3"
    month: str  # "dec"
    place: str
    picture: Picture | None
    alt: str
    more: str  # an address, or ""
    more_words: str
    asks: bool

    @property
    def html(self) -> Markup:
        return Markup(self.body.html)  # noqa: S704 - `told` escaped it


def for_mail(parts: Sequence[Part], language: Language, *, page: str, on_page: Collection[str]) -> Stories:
    """The sections for a mail. `page`: the address of the web version; `on_page`: the slugs of the stories it shows.

    A story that is not on the page and links nowhere is told in full: there is no other place to read on.
    """
    shown = [
        (part, [_shown(story, part, language, page=page, on_page=on_page) for story in part.stories])
        for part in parts
        if part.stories
    ]
    html = _template("email", MAIL).render(parts=shown, language=language, **_measures("mail"))
    return Stories(html.strip(), "\n\n\n".join(_part_text(part, stories, language) for part, stories in shown))


def for_page(parts: Sequence[Part], language: Language) -> str:
    """The sections for the web, with all there is of each story, each between marks that `without` knows."""
    shown = [(part, [_shown(story, part, language) for story in part.stories]) for part in parts if part.stories]
    html: str = _template("web", PAGE).render(parts=shown, language=language, **_measures("page"))
    return html.strip()


def without(html: str, shown: Collection[str]) -> str:
    """A page's HTML with the stories of these slugs only, and without the sections that are empty then."""
    kept = re.sub(
        r"<!--story:([^>]*)-->.*?<!--/story-->", lambda found: found[0] if found[1] in shown else "", html, flags=re.S
    )
    return re.sub(
        r"<!--section-->(.*?)<!--/section-->", lambda part: part[0] if "<!--story:" in part[1] else "", kept, flags=re.S
    )


def shortened(text: str, most: int) -> str:
    """`text` on one line of at most so many characters, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def clean(text: str) -> str:
    """A text from outside without what looks like our tags or breaks a line."""
    return " ".join(tags.CONTROL.sub(" ", tags.ANY_TAG.sub("", text)).split())


def moment(at: datetime, language: Language) -> str:
    """ "Torsdag 3 december kl. 17.30" or "Thursday 3 December, 17:30"."""
    local = at.astimezone(OFFICE_ZONE)
    day = format_date(local, "EEEE d MMMM", locale=LOCALES[language])
    clock = format_time(local, "HH.mm" if language == "sv" else "HH:mm", locale=LOCALES[language])
    return f"{day[0].upper()}{day[1:]} kl. {clock}" if language == "sv" else f"{day}, {clock}"


def _shown(
    story: Story, part: Part, language: Language, *, page: str = "", on_page: Collection[str] | None = None
) -> Shown:
    """`on_page` None: this is the page itself."""
    telling = story.told_in(language)
    link = story.link if story.link and is_safe(story.link) else ""
    room = None if on_page is None else ROOM[part.section.look] if link or story.slug in on_page else None
    body = told(telling.body, room)
    more = link or (f"{page}#{story.slug}" if body.cut else "")
    own = part.section.whose == "own" and on_page is not None
    local = story.happens_at.astimezone(OFFICE_ZONE) if story.happens_at else None
    return Shown(
        slug=story.slug,
        title=clean(telling.title),
        language=telling.language,
        foreign="" if telling.language == language else SAID["in"][language],
        body=body,
        department="" if own or not story.department_code else _department(story.department_code, language),
        when=moment(story.happens_at, language) if story.happens_at else "",
        day=str(local.day) if local else "",
        month=format_date(local, "MMM", locale=LOCALES[language]).rstrip(".") if local else "",
        place=clean(story.place),
        picture=story.picture,
        alt=clean(story.picture.alt(language)) if story.picture else "",
        more=more,
        more_words=_more_words(link, language) if more else "",
        asks=story.kind in ASKING,
    )


def _more_words(link: str, language: Language) -> str:
    """Where a link leads, in words: one that only says "read more" tells nobody who hears it read out."""
    if not link:
        return SAID["whole"][language]
    if link.lower().startswith("mailto:"):
        return f"{SAID['write'][language]} {link[len('mailto:') :].partition('?')[0]}"
    return f"{SAID['more_at'][language]} {(urlsplit(link).hostname or '').removeprefix('www.')}"


def _department(code: str, language: Language) -> str:
    return departments()[code].name(language) if code in departments() else ""


def _part_text(part: Part, stories: Sequence[Shown], language: Language) -> str:
    title = part.section.title(language)
    head = f"{title}: {part.own}" if part.own else title
    return "\n\n\n".join([f"{head.upper()}\n{'=' * min(len(head), 72)}", *map(_story_text, stories)])


def _story_text(story: Shown) -> str:
    title = f"{story.title} {story.foreign}".strip()
    facts = [fact for fact in (", ".join(filter(None, (story.when, story.place))), story.department) if fact]
    head = "\n".join([title, "-" * min(len(title), 72), *facts])
    more = f"{story.more_words}:\n{story.more}" if story.more else ""
    return "\n\n".join(filter(None, (head, story.body.text, more)))


def _measures(where: str) -> dict[str, Any]:
    """What a template needs to place pictures: `src(picture, width)` and `size(picture, width)`."""
    base = settings().public_url.rstrip("/")
    root = base if where == "mail" else urlsplit(base).path

    def src(picture: Picture, at_least: int) -> str:
        """The smallest file that is at least so wide, else the largest."""
        width = next((width for width in picture.widths if width >= at_least), picture.width)
        return f"{root}/images/{picture.digest}-{width}.jpg"

    def size(picture: Picture, width: int) -> tuple[int, int]:
        across = min(width, picture.width)
        return across, max(1, round(picture.height * across / picture.width))

    return {"src": src, "size": size, "full": FULL, "tall": TALL, "thumbnail": THUMBNAIL}


@cache
def _environment(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(kind: str, name: str) -> Any:
    return _environment(settings().templates_dir / kind).get_template(name)
