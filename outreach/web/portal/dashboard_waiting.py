"""What waits for the viewer, as lines of one list: what has the nearest deadline first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from outreach import clock, duties
from outreach.duties import Language
from outreach.editions import calendar
from outreach.figures.words import percent
from outreach.queries import contributions, dashboard, editions
from outreach.queries.dashboard import InDoubt, OpenSurvey, Request, ToSign
from outreach.settings import settings
from outreach.viewer import Viewer
from outreach.web.formats import Formats
from outreach.web.portal.dashboard_duties import campaign_title, wave_words
from outreach.web.portal.dashboard_figures import response_target, shown
from outreach.web.portal.occasion_words import Occasions, occasions
from outreach.web.texts import Speak

CLOSING = timedelta(days=14)
NEAR = timedelta(days=3)


@dataclass(frozen=True)
class Item:
    """A line: what it is, about what, where to go. `by`: the deadline, `until` in words; `near`: it is close or has
    passed."""

    kind: str
    title: str
    about: str
    path: str
    by: datetime | None
    until: str
    near: bool


@dataclass(frozen=True)
class Told:
    """Whom the lines are for, and in which words."""

    viewer: Viewer
    say: Speak
    language: Language
    now: datetime

    @property
    def formats(self) -> Formats:
        return Formats(self.language)

    def deadline(self, by: datetime) -> str:
        """The moment; only the day, where it is the end of one."""
        ends = by.astimezone(clock.OFFICE_ZONE).time() == time.min
        return self.formats.day(by - timedelta(seconds=1)) if ends else self.formats.moment(by)


def items(session: Session, told: Told) -> list[Item]:
    """Everything that waits, the nearest deadline first and what has none last."""
    found = [*_signatures(session, told), *_doubts(session, told), *_stories(session, told), *_surveys(session, told)]
    if told.viewer.central and (reports := dashboard.faults(session)):
        found.append(_item(told, "faults", told.say("dashboard.faults", n=reports), "", "/portal/faults", None))
    return sorted(found, key=lambda one: (one.by is None, one.by or told.now))


def _item(told: Told, kind: str, title: str, about: str, path: str, by: datetime | None) -> Item:
    near, until = by is not None and by - told.now < NEAR, told.deadline(by) if by else ""
    return Item(kind, title, about, path, by, until, near)


def _signatures(session: Session, told: Told) -> Iterator[Item]:
    found = dashboard.to_sign(session, told.viewer)
    names = occasions(session, [(one.duty, one.period) for one in found], told.language)
    for one in found:
        title, about = _titled(one, names, told), _about_signature(one, told)
        yield _item(told, "sign", title, about, f"/portal/campaigns/{one.campaign_id}", one.expires_at)


def _about_signature(one: ToSign, told: Told) -> str:
    say = told.say
    parts = [wave_words(one.duty, one.wave, say), say("dashboard.people_wait", n=one.people)]
    if one.sent_back:
        parts.append(say("dashboard.sent_back"))
    if one.sends_at and one.sends_at > told.now:
        parts.append(say("dashboard.leaves", moment=told.formats.moment(one.sends_at)))
    return " ".join(filter(None, parts))


def _doubts(session: Session, told: Told) -> Iterator[Item]:
    """Those that are old enough to be decided about."""
    before = told.now - timedelta(hours=settings().unknown_resend_hours)
    found = dashboard.in_doubt(session, told.viewer, before)
    names = occasions(session, [(one.duty, one.period) for one in found], told.language)
    for one in found:
        about = told.say("dashboard.unknown", n=one.people)
        yield _item(told, "doubt", _titled(one, names, told), about, f"/portal/campaigns/{one.campaign_id}", None)


def _titled(one: ToSign | InDoubt, names: Occasions, told: Told) -> str:
    return campaign_title(one.duty, names.named(one.duty, one.period), one.department_code, told.say, told.language)


def _stories(session: Session, told: Told) -> Iterator[Item]:
    for one in dashboard.requests(session, told.viewer, clock.today()):
        asked, silent = _asked(session, one, told.viewer)
        if asked and not silent:
            continue  # they have told something: nothing waits
        about = told.say("dashboard.stories_central", silent=silent, asked=asked) if told.viewer.central else ""
        by = clock.start_of(one.deadline + timedelta(days=1))
        title = told.say("dashboard.stories", edition=one.period)
        yield _item(told, "stories", title, about, "/portal/stories", by)


def _asked(session: Session, one: Request, viewer: Viewer) -> tuple[int, int]:
    """How many departments were asked, of the viewer's, and how many of those have told nothing yet."""
    quarter = calendar.named(one.period)
    day = one.deadline if quarter is None else quarter.opens
    duty = next((duty.name for duty in duties.duties().values() if duty.contributions), "")
    asked = contributions.departments_asked(session, one.period)
    asked = asked if viewer.departments is None else asked & viewer.departments
    told = contributions.have_told(session, day, editions.had_before(session, duty, 0))
    return len(asked), len(asked - told)


def _surveys(session: Session, told: Told) -> Iterator[Item]:
    for one in dashboard.open_surveys(session, told.viewer, told.now):
        if one.closes_at - told.now <= CLOSING:
            yield _item(told, "survey", told.say("dashboard.survey", cohort=f"{one.cohort_month:%Y-%m}",
                        months=one.months_after), _about_survey(one, told), "", one.closes_at)  # fmt: skip


def _about_survey(one: OpenSurvey, told: Told) -> str:
    goal = percent(response_target(), told.language)
    if not shown(one.answered, one.asked):
        return told.say("dashboard.too_few_yet", goal=goal)
    return told.say("dashboard.answered", rate=percent(one.answered / one.asked, told.language), goal=goal)
