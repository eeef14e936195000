"""Which stories become posts of a week, and when each is posted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from outreach import clock
from outreach.clock import OFFICE_ZONE
from outreach.linkedin import composing
from outreach.linkedin.composing import Edition, Told
from outreach.linkedin.configuration import LinkedIn
from outreach.linkedin.post import Post, as_record, from_record
from outreach.linkedin.slots import free, monday_of
from outreach.models import Campaign
from outreach.queries import exports, stories
from outreach.queries.editions import Page
from outreach.queries.exports import Headline
from outreach.settings import settings
from outreach.story import Channel, Kind, Story

HEADLINES = 6  # that a post about a newsletter names
SOON = timedelta(days=21)  # an event this near goes before everything else
Record = tuple[Post, int | None]


@dataclass(frozen=True)
class Week:
    """What an export is for: a week such as 2026-W47, and a department or (None) the whole university."""

    name: str
    department_code: str | None

    @property
    def scope(self) -> str:
        return self.department_code or exports.CENTRAL

    @property
    def over(self) -> bool:
        return monday_of(self.name) + timedelta(days=7) <= clock.today()


@dataclass(frozen=True)
class Candidate:
    """Something that may become a post. `before`: it makes no sense from then on. `first_time`: never exported yet."""

    item: str
    kind: str
    first_time: bool
    story_id: int | None
    before: datetime | None
    compose: Callable[[datetime], Post]


@dataclass(frozen=True)
class Chosen:
    """The new posts, and how many stories wait for a later week because every slot is taken."""

    posts: list[Record]
    waiting: int


def choose(session: Session, week: Week, channel: Channel, config: LinkedIn, *, again: bool) -> Chosen:
    """The posts a week still has slots for. `again`: also what was exported before, after all that was not."""
    slots = config.channels[channel].slots_of(week.department_code)
    standing = {post["item"] for post, _ in exports.standing(session, week.name, week.scope) if _is_for(post, channel)}
    exported = exports.items(session, channel)
    used = set(standing) if again else standing | exported
    now = clock.now()
    times = free(slots, week.name, exports.times_taken(session, channel, now), now)[: len(slots) - len(standing)]
    posts: list[Record] = []
    for moment in times:
        on_that_day = _candidates(session, week, channel, config, moment.astimezone(OFFICE_ZONE).date(), exported)
        fits = [one for one in on_that_day if one.item not in used and (one.before is None or moment < one.before)]
        if fits:
            candidate = _another_kind(fits, posts)
            used.add(candidate.item)
            posts.append((candidate.compose(moment), candidate.story_id))
    day = max(clock.today(), monday_of(week.name))
    left = [one for one in _candidates(session, week, channel, config, day, exported) if one.item not in used]
    return Chosen(posts, len([one for one in left if one.before is None or one.before > now]))


def _another_kind(fits: Sequence[Candidate], posts: Sequence[Record]) -> Candidate:
    """The first that is of another kind than the post before it; the first of all when there is none."""
    before = posts[-1][0].kind if posts else None
    return next((one for one in fits if one.kind != before and one.first_time == fits[0].first_time), fits[0])


def composed_anew(session: Session, week: Week, config: LinkedIn) -> list[Record]:
    """The posts a week has already, with what their stories say now, at the times they had."""
    found = []
    for record, story_id in exports.standing(session, week.name, week.scope):
        post = from_record(record)
        for story in stories.by_ids(session, [] if story_id is None else [story_id]):
            anew = composing.of_story(story, post.channel, config, post.at)
            if as_record(anew) != record:
                found.append((anew, story_id))
    return found


def _is_for(record: dict[str, object], channel: Channel) -> bool:
    return record["channel"] == channel.value


def _candidates(
    session: Session, week: Week, channel: Channel, config: LinkedIn, day: date, exported: set[str]
) -> list[Candidate]:
    """What may be posted on a day: events that are near, the newsletter, all else; what was exported comes last."""
    whose = week.department_code or stories.EVERY
    pool = stories.usable(session, channel, day, department=whose)
    near = sorted((story for story in pool if _is_near(story, day)), key=lambda story: (story.happens_at, story.id))
    editions = [_of_edition(one, channel, config, exported) for one in _editions(session, week, channel, config)]
    found = [
        *(_of_story(story, channel, config, exported) for story in near),
        *editions,
        *(_of_story(story, channel, config, exported) for story in pool if story not in near),
    ]
    return sorted(found, key=lambda candidate: not candidate.first_time)


def _is_near(story: Story, day: date) -> bool:
    if story.kind is not Kind.EVENT or story.happens_at is None:
        return False
    return story.happens_at - clock.start_of(day) <= SOON


def _of_story(story: Story, channel: Channel, config: LinkedIn, exported: set[str]) -> Candidate:
    item = composing.item_of(story)
    return Candidate(
        item,
        story.kind.value,
        item not in exported,
        story.id,
        story.happens_at,
        lambda at: composing.of_story(story, channel, config, at),
    )


def _of_edition(edition: Edition, channel: Channel, config: LinkedIn, exported: set[str]) -> Candidate:
    return Candidate(
        edition.item,
        composing.NEWSLETTER,
        edition.item not in exported,
        None,
        None,
        lambda at: composing.of_edition(edition, channel, config, at),
    )


def _editions(session: Session, week: Week, channel: Channel, config: LinkedIn) -> list[Edition]:
    since = clock.now() - timedelta(days=config.newsletter_days)
    return [
        _edition(campaign, pages, exports.headlines(session, campaign.id, channel)[:HEADLINES])
        for campaign, pages in exports.sent_editions(session, week.department_code, since)
    ]


def _edition(campaign: Campaign, pages: Sequence[Page], headlines: Sequence[Headline]) -> Edition:
    whose = f"/{campaign.department_code}" if campaign.department_code else ""
    told = tuple(
        Told("sv" if page.language == "sv" else "en", page.title, tuple(one.title(page.language) for one in headlines),
             address(page))
        for page in pages
    )  # fmt: skip
    names = tuple(one.story_id for one in headlines)
    return Edition(f"newsletter/{campaign.period}{whose}", campaign.department_code, told, names)


def address(page: Page) -> str:
    """Where anybody reads a newsletter."""
    return f"{settings().public_url.rstrip('/')}/newsletter/{page.slug}?lang={page.language}"
