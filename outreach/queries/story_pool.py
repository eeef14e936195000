"""The pool of stories as coordinators look after it: whose one is, where it stands, what keeps it from being used."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from outreach.models import (
    Campaign,
    CampaignStatus,
    ContributionRequest,
    CoordinatorDepartment,
    EditionStory,
    StoryConsent,
    StoryRow,
    StoryStatus,
)
from outreach.queries import viewing
from outreach.queries.editions import NEVER_SENT
from outreach.story import Channel
from outreach.viewer import Viewer

Answers = Mapping[Channel, bool]


@dataclass(frozen=True)
class Pooled:
    """One story. `editions`: the periods of the newsletters it stands in, with whether each is still under way.
    `said`: what whoever it shows answered last, by channel."""

    row: StoryRow
    editions: tuple[tuple[str, bool], ...] = ()
    said: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A department was asked for stories to an edition, and reminded where nothing had come."""

    period: str
    department_code: str
    deadline: date
    reminded: bool


def counts(session: Session, viewer: Viewer) -> dict[StoryStatus, int]:
    """How many of the viewer's stories have each status."""
    found = select(StoryRow.status, func.count()).where(viewing.theirs(viewer, StoryRow.department_code))
    return dict(session.execute(found.group_by(StoryRow.status)).tuples().all())


def pool(session: Session, viewer: Viewer, *, statuses: Collection[StoryStatus], most: int) -> list[Pooled]:
    """The viewer's stories of these statuses, the newest first, at most `most`. Three queries however many."""
    found = (
        select(StoryRow)
        .where(viewing.theirs(viewer, StoryRow.department_code), StoryRow.status.in_(statuses))
        .order_by(StoryRow.created_at.desc(), StoryRow.id.desc())
        .limit(most)
    )
    return _with_places(session, list(session.scalars(found)))


def one(session: Session, viewer: Viewer, slug: str) -> Pooled | None:
    """The story, if it is theirs."""
    mine = (StoryRow.slug == slug, viewing.theirs(viewer, StoryRow.department_code))
    return next(iter(_with_places(session, list(session.scalars(select(StoryRow).where(*mine))))), None)


def asked(session: Session, viewer: Viewer, day: date) -> list[Asked]:
    """Which of the viewer's departments are asked for stories whose last day has not been, by day and department."""
    last = func.max(ContributionRequest.reminder)
    found = (
        select(ContributionRequest.period, CoordinatorDepartment.department_code, ContributionRequest.deadline, last)
        .join(CoordinatorDepartment, CoordinatorDepartment.coordinator_id == ContributionRequest.coordinator_id)
        .where(ContributionRequest.deadline >= day, viewing.theirs(viewer, CoordinatorDepartment.department_code))
        .group_by(ContributionRequest.period, CoordinatorDepartment.department_code, ContributionRequest.deadline)
        .order_by(ContributionRequest.deadline, CoordinatorDepartment.department_code)
    )
    return [Asked(period, code, deadline, bool(again)) for period, code, deadline, again in session.execute(found)]


def hindrance(story: Pooled, channel: Channel, today: date) -> str:
    """Why a story may not be used in a channel on a day, as a word the pages have a text for; "" where it may: what
    `stories.may_be_used` and the publish window say."""
    row = story.row
    if row.status in (StoryStatus.DRAFT, StoryStatus.WITHDRAWN):
        return row.status.value
    if not (row.title_sv or row.title_en):
        return "no_title"
    if row.publish_from and today < row.publish_from:
        return "not_yet"
    if row.publish_until and today > row.publish_until:
        return "over"
    if channel.value not in row.channels.split():
        return "not_meant"
    return _consent(story, channel)


def _consent(story: Pooled, channel: Channel) -> str:
    if not story.row.portrays or (story.row.person_id is not None and story.said.get(channel)):
        return ""
    if story.row.person_id is None:
        return "erased"
    return "said_no" if channel in story.said else "not_asked"


def _with_places(session: Session, rows: list[StoryRow]) -> list[Pooled]:
    ids = [row.id for row in rows]
    editions, said = _editions(session, ids), _answers(session, ids)
    return [Pooled(row, tuple(editions[row.id]), said[row.id]) for row in rows]


def _editions(session: Session, ids: list[int]) -> dict[int, list[tuple[str, bool]]]:
    found = (
        select(EditionStory.story_id, Campaign.period, Campaign.status)
        .join(Campaign, Campaign.id == EditionStory.campaign_id)
        .where(EditionStory.story_id.in_(ids), Campaign.status.not_in(NEVER_SENT))
        .order_by(Campaign.opened_at, Campaign.id)
    )
    places: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for story_id, period, status in session.execute(found):
        places[story_id].append((period, status == CampaignStatus.OPEN))
    return places


def _answers(session: Session, ids: list[int]) -> dict[int, dict[Channel, bool]]:
    """Story id -> what the person it shows now said last."""
    found = (
        select(StoryConsent.story_id, StoryConsent.channel, StoryConsent.given)
        .join(StoryRow, and_(StoryRow.id == StoryConsent.story_id, StoryRow.person_id == StoryConsent.person_id))
        .where(StoryConsent.story_id.in_(ids))
        .order_by(StoryConsent.id)
    )
    said: dict[int, dict[Channel, bool]] = defaultdict(dict)
    for story_id, channel, given in session.execute(found):
        said[story_id][Channel(channel)] = given
    return said
