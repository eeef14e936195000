"""From a story, or a newsletter that was sent, to a post. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from babel.dates import format_datetime

from outreach.clock import OFFICE_ZONE
from outreach.duties import Language
from outreach.linkedin.configuration import LinkedIn, Shown
from outreach.linkedin.length import MORE, cut, units
from outreach.linkedin.plain import one_line, plain, web_address
from outreach.linkedin.post import Post
from outreach.story import Channel, Kind, Story, Telling

POST_UNITS = 3000
HOOK_UNITS = 140  # what stands before the fold on a telephone; a computer shows about 210
PARAGRAPH, BETWEEN = "\n\n", "\n\n———\n\n"
ALSO_IN_ENGLISH = " (English below)"
READ_MORE = {"sv": "Läs mer", "en": "Read more", "both": "Läs mer / Read more"}
READ_EVENT = {"sv": "Läs mer och anmäl dig", "en": "Read more and sign up", "both": "Läs mer / Read more"}
READ_EDITION = {"sv": "Läs nyhetsbrevet", "en": "Read the newsletter", "both": "Läs nyhetsbrevet / Read the newsletter"}
IN_THIS_ISSUE = {"sv": "I det här numret:", "en": "In this issue:"}
WHEN, WHERE = {"sv": "När", "en": "When"}, {"sv": "Var", "en": "Where"}
WHEN_FORMAT = {"sv": "EEEE d MMMM y 'kl.' HH.mm", "en": "EEEE d MMMM y 'at' HH:mm"}
NEWSLETTER = "newsletter"
T = TypeVar("T", Telling, "Told")


@dataclass(frozen=True)
class Told:
    """A newsletter in one language: its title, the headlines a post may name, its public address."""

    language: Language
    title: str
    headlines: tuple[str, ...]
    address: str


@dataclass(frozen=True)
class Edition:
    """A newsletter as anybody may read it, Swedish first. `names`: the ids of the stories whose headlines it gives."""

    item: str
    department_code: str | None
    told: tuple[Told, ...]
    names: tuple[int, ...]


@dataclass(frozen=True)
class Section:
    """What a post says in one language: a title, facts on lines of their own, and a body. All plain text."""

    title: str
    facts: str
    body: str


def of_story(story: Story, channel: Channel, config: LinkedIn, at: datetime) -> Post:
    """The post that tells a story in a channel at a time."""
    tellings = _told(story.tellings, config.channels[channel].language)
    language: Shown = "both" if len(tellings) > 1 else tellings[0].language
    tags = config.tags.of(story.kind, story.department_code, tellings[0].language)
    link = web_address(story.link)
    label = (READ_EVENT if story.kind is Kind.EVENT else READ_MORE)[language]
    hook, text = assembled([_section(story, telling) for telling in tellings], label, link, tags)
    return Post(
        channel=channel,
        item=item_of(story),
        kind=story.kind.value,
        department_code=story.department_code,
        language=language,
        hook=hook,
        text=text,
        tags=tags,
        link=link,
        headline=one_line(tellings[0].title),
        picture=story.picture.digest if story.picture else "",
        picture_width=story.picture.width if story.picture else 0,
        alt=one_line(story.picture.alt(tellings[0].language)) if story.picture else "",
        at=at,
    )


def of_edition(edition: Edition, channel: Channel, config: LinkedIn, at: datetime) -> Post:
    """The post that says a newsletter is out, with its public address."""
    told = _told(edition.told, config.channels[channel].language)
    language: Shown = "both" if len(told) > 1 else told[0].language
    tags = config.tags.of(None, edition.department_code, told[0].language)
    link = web_address(told[0].address)
    sections = [_edition_section(edition, one) for one in told]
    hook, text = assembled(sections, READ_EDITION[language], link, tags)
    return Post(
        channel=channel,
        item=edition.item,
        kind=NEWSLETTER,
        department_code=edition.department_code,
        language=language,
        hook=hook,
        text=text,
        tags=tags,
        link=link,
        headline=one_line(told[0].title),
        picture="",
        picture_width=0,
        alt="",
        at=at,
        names=edition.names,
    )


def _edition_section(edition: Edition, told: Told) -> Section:
    listed = "\n".join(f"• {one_line(title)}" for title in told.headlines)
    return Section(
        one_line(told.title) or edition.item, "", f"{IN_THIS_ISSUE[told.language]}\n{listed}" if listed else ""
    )


def item_of(story: Story) -> str:
    """What an export remembers a story by."""
    return f"{'event' if story.kind is Kind.EVENT else 'story'}/{story.slug}"


def _told(tellings: tuple[T, ...], wanted: Shown) -> tuple[T, ...]:
    """What is told in the language wanted; in the one there is, when there is one alone; else in both."""
    own = tuple(telling for telling in tellings if wanted in ("both", telling.language))
    return own or tellings[:1]


def _section(story: Story, telling: Telling) -> Section:
    facts = []
    if story.kind is Kind.EVENT and story.happens_at:
        moment = format_datetime(
            story.happens_at.astimezone(OFFICE_ZONE), WHEN_FORMAT[telling.language], locale=telling.language
        )
        facts.append(f"{WHEN[telling.language]}: {moment}")
    if story.kind is Kind.EVENT and (place := one_line(story.place)):
        facts.append(f"{WHERE[telling.language]}: {place}")
    return Section(one_line(telling.title) or story.slug, "\n".join(facts), plain(telling.body))


def assembled(sections: Sequence[Section], label: str, link: str | None, tags: Sequence[str]) -> tuple[str, str]:
    """(hook, whole text): the hook alone on the first line, and all of it within what a post may hold.

    Each section gets its share of the room; what a shorter one leaves goes to the longer.
    """
    tail = PARAGRAPH.join(filter(None, [f"{label}: {link}" if link else "", " ".join(f"#{tag}" for tag in tags)]))
    room = POST_UNITS - units(tail) - len(PARAGRAPH) - units(BETWEEN) * (len(sections) - 1)
    parts = [_part(section, hooked=at == 0, bilingual=len(sections) > 1) for at, section in enumerate(sections)]
    shares = _shares([units(f"{title}{PARAGRAPH}{rest}") for title, rest in parts], room)
    told = [
        PARAGRAPH.join(filter(None, [title, cut(rest, share - units(title) - len(PARAGRAPH))]))
        for (title, rest), share in zip(parts, shares, strict=True)
    ]
    return parts[0][0], PARAGRAPH.join(filter(None, [BETWEEN.join(told), tail]))


def _part(section: Section, *, hooked: bool, bilingual: bool) -> tuple[str, str]:
    """(title, all else) of one language. What of a title does not fit before the fold follows below it."""
    title, more = section.title, ""
    note = ALSO_IN_ENGLISH if hooked and bilingual and units(title + ALSO_IN_ENGLISH) <= HOOK_UNITS else ""
    if units(title) > HOOK_UNITS:
        short = cut(title, HOOK_UNITS)
        more, title = "… " + title[len(short.removesuffix(MORE).removesuffix("…")) :].lstrip(), short
    return title + note, PARAGRAPH.join(filter(None, [more, section.facts, section.body]))


def _shares(lengths: Sequence[int], room: int) -> list[int]:
    """How much of `room` each gets: all it needs, where that is no more than an equal share of what is left."""
    shares = [0] * len(lengths)
    for done, at in enumerate(sorted(range(len(lengths)), key=lambda at: lengths[at])):
        shares[at] = min(lengths[at], room // (len(lengths) - done))
        room -= shares[at]
    return shares
