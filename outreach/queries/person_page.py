"""One person as a coordinator may see them: their own department's studies and what it, or the central office, did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session

from outreach.models import (
    Campaign,
    Consent,
    EventRow,
    Interest,
    Person,
    Recipient,
    Rsvp,
    StoryRow,
    Study,
    Suppression,
    Survey,
    SurveyMember,
)
from outreach.queries import viewing
from outreach.queries.people_search import may_see
from outreach.viewer import Viewer

MOST_MESSAGES = 200

Rows = Sequence[Row[Any]]


@dataclass(frozen=True)
class PersonPage:
    """What a page shows of somebody; every list the newest first.

    `suppressions`: scope, reason, at, address_hash. `messages`: campaign_id, duty, period, department_code, wave,
    status, reason, at. `events`: title_sv, title_en, starts_at, answer, seat, guests, checked_in_at. `surveys`: slug,
    answered: never what was answered. `stories`: title_sv, title_en, kind, status.
    """

    person: Person
    studies: Sequence[Study]
    consents: Sequence[Consent]
    suppressions: Sequence[Suppression]
    interests: Sequence[str]
    messages: Rows
    events: Rows
    stories: Rows
    surveys: Rows

    @property
    def all_stopped(self) -> bool:
        return any(one.scope == "all" for one in self.suppressions)


def visible(session: Session, viewer: Viewer, public_id: str, *, to_change: bool = False) -> Person | None:
    """The person, where the viewer may see them; None otherwise, as for somebody who does not exist."""
    found = select(Person).where(Person.public_id == public_id, may_see(viewer))
    return session.scalars(found.with_for_update() if to_change else found).one_or_none()


def read(session: Session, viewer: Viewer, person: Person) -> PersonPage:
    """Everything the viewer may see of them: what other departments did is left out by the statements themselves."""
    of = person.id
    studies = select(Study).where(Study.person_id == of, viewing.theirs(viewer, Study.department_code))
    consents = select(Consent).where(Consent.person_id == of)
    stopped = select(Suppression).where(Suppression.address_hash == person.address_hash)
    return PersonPage(
        person,
        session.scalars(studies.order_by(Study.expected_end.desc(), Study.id.desc())).all(),
        session.scalars(consents.order_by(Consent.id.desc())).all(),
        session.scalars(stopped.order_by(Suppression.at.desc(), Suppression.id)).all(),
        session.scalars(select(Interest.role).where(Interest.person_id == of).order_by(Interest.role)).all(),
        _messages(session, viewer, of),
        _events(session, viewer, of),
        _stories(session, viewer, of),
        _surveys(session, viewer, of),
    )


def _theirs_or_central(viewer: Viewer, department_code: Any) -> ColumnElement[bool]:
    """Their own and the central office's: the latter writes to a department's people too."""
    return or_(viewing.theirs(viewer, department_code), department_code.is_(None))


def _messages(session: Session, viewer: Viewer, person_id: int) -> Rows:
    found = (
        select(
            Campaign.id.label("campaign_id"),
            Campaign.duty,
            Campaign.period,
            Campaign.department_code,
            Recipient.wave,
            Recipient.status,
            Recipient.reason,
            Recipient.accepted_at,
            Recipient.settled_at,
            Recipient.selected_at,
        )
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(Recipient.person_id == person_id, _theirs_or_central(viewer, Campaign.department_code))
    )
    return session.execute(found.order_by(Recipient.id.desc()).limit(MOST_MESSAGES)).all()


def _events(session: Session, viewer: Viewer, person_id: int) -> Rows:
    columns = (Rsvp.answer, Rsvp.seat, Rsvp.guests, Rsvp.walk_in, Rsvp.checked_in_at)
    found = (
        select(EventRow.title_sv, EventRow.title_en, EventRow.starts_at, *columns)
        .join(EventRow, EventRow.id == Rsvp.event_id)
        .where(Rsvp.person_id == person_id, _theirs_or_central(viewer, EventRow.department_code))
    )
    return session.execute(found.order_by(EventRow.starts_at.desc(), Rsvp.id)).all()


def _stories(session: Session, viewer: Viewer, person_id: int) -> Rows:
    found = select(StoryRow.title_sv, StoryRow.title_en, StoryRow.kind, StoryRow.status).where(
        StoryRow.person_id == person_id, _theirs_or_central(viewer, StoryRow.department_code)
    )
    return session.execute(found.order_by(StoryRow.id.desc())).all()


def _surveys(session: Session, viewer: Viewer, person_id: int) -> Rows:
    """In which surveys they were asked, and whether they have answered. What they answered nobody here sees."""
    found = (
        select(Survey.slug, Survey.questionnaire, SurveyMember.answered, SurveyMember.excluded)
        .join(Survey, Survey.id == SurveyMember.survey_id)
        .where(SurveyMember.person_id == person_id, _theirs_or_central(viewer, Survey.department_code))
    )
    return session.execute(found.order_by(Survey.id.desc())).all()
