"""Whether somebody got a campaign's letter, and if not, why: the ledger searched for a person, and by pages."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from outreach import links
from outreach.duties import duty
from outreach.models import Batch, Campaign, CampaignStatus, Person, Recipient, RecipientStatus, Suppression
from outreach.queries import audiences, contact_budget, names, people_search, suppressions
from outreach.viewer import Viewer

PAGE_SIZE = 50
MOST_WORDS = 5
UNDER_WAY = (CampaignStatus.OPEN, CampaignStatus.PAUSED)

# Why nobody stands in the ledger: nothing more may be said; nobody has this address or id; they have been erased; the
# campaign is not for them; or they belong to it and a later run takes them up.
Why = Literal["nothing", "nobody", "erased", "not_for_them", "left_out", "to_come"]


class Entry(NamedTuple):
    """A person in one wave. `person_id` None: erased since. `seen`: their own page is the viewer's to look at.

    `reason` as `figures.words.reason_words` takes it; `batch` and `sentence`: which batch, and what was said of it.
    """

    id: int
    person_id: int | None
    public_id: str | None
    first_name: str | None
    last_name: str | None
    seen: bool
    wave: int
    status: RecipientStatus
    reason: str
    selected_at: datetime
    planned_at: datetime | None
    accepted_at: datetime | None
    settled_at: datetime | None
    batch: int | None
    sentence: str | None

    @property
    def at(self) -> datetime:
        """When the newest thing happened that the ledger knows of."""
        return max(at for at in (self.selected_at, self.planned_at, self.accepted_at, self.settled_at) if at)


class Absent(NamedTuple):
    """Why somebody does not stand in the ledger. `reason`: for `left_out`, as `reason_words` takes it."""

    why: Why
    reason: str = ""


def with_address(email: str) -> ColumnElement[bool]:
    """Who has this normalised address, or had it from the register."""
    hashed = links.address_hash(email)
    return or_(Person.address_hash == hashed, Person.register_address_hash == hashed)


def with_student_uid(student_uid: str) -> ColumnElement[bool]:
    return Person.student_uid == student_uid


def named(typed: str) -> list[ColumnElement[bool]]:
    """Whose names begin like the words that were typed, in any order, without regard to case and accents."""
    words = names.fold(typed).split()[:MOST_WORDS]
    if not words or max(map(len, words)) < people_search.FEWEST_SIGNS:
        return [false()]
    columns = (Person.last_folded, Person.first_folded)
    starts = or_(*(people_search.name_begins(column, word) for word in words for column in columns))
    return [starts, *(people_search.name_has(word) for word in words)]


def found(
    session: Session, viewer: Viewer, campaign_id: int, where: Sequence[ColumnElement[bool]], most: int
) -> Sequence[Entry]:
    """The entries of up to `most` people a condition picks, by name, each one's waves in order.

    The people are found first, by their own indexes: a database that begins with the ledger reads all of it.
    """
    stands = exists().where(Recipient.person_id == Person.id, Recipient.campaign_id == campaign_id)
    people = session.scalars(select(Person.id).where(*where, stands).limit(most)).all()
    asked = _entries(viewer).where(Recipient.campaign_id == campaign_id, Recipient.person_id.in_(people))
    order = (Person.last_folded, Person.first_folded, Person.id, Recipient.wave)
    return [Entry(*row) for row in session.execute(asked.order_by(*order))]


def page(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    wave: int,
    *,
    status: str = "",
    reason: str = "",
    after: int = 0,
    most: int = PAGE_SIZE,
) -> Sequence[Entry]:
    """Up to `most` entries of a wave behind the one with the id `after`. `status`, `reason`: "" for all."""
    mine = [Recipient.campaign_id == campaign_id, Recipient.wave == wave, Recipient.id > after]
    if status:
        mine.append(Recipient.status.in_([one for one in RecipientStatus if one == status]))
    if reason:
        mine.append(Recipient.reason == reason)
    theirs = select(Recipient.id).where(*mine)
    if session.get_bind().dialect.name == "postgresql":
        theirs = theirs.offset(0)  # or it reads the ledger from its beginning for a campaign that stands at its end
    of_it = theirs.subquery("of_it")
    ids = session.scalars(select(of_it.c.id).order_by(of_it.c.id).limit(most)).all()
    asked = _entries(viewer).where(Recipient.id.in_(ids)).order_by(Recipient.id)
    return [Entry(*row) for row in session.execute(asked)]


def absent(
    session: Session,
    viewer: Viewer,
    campaign: Campaign,
    where: ColumnElement[bool],
    hashes: Sequence[str],
    day: date,
) -> Absent:
    """Why whoever a condition picks does not stand in the campaign, as far as the viewer may know it: a department
    learns nothing of people who have not studied with it. `hashes`: what an erased person would be known by."""
    person = session.scalar(select(Person.id).where(where, people_search.may_see(viewer)).limit(1))
    if person is not None:
        return _not_considered(session, campaign, person, day)
    if not viewer.central:
        return Absent("nothing")
    erased = (Suppression.address_hash.in_(hashes), Suppression.reason == suppressions.ERASED)
    return Absent("erased" if session.scalar(select(Suppression.id).where(*erased).limit(1)) else "nobody")


def _not_considered(session: Session, campaign: Campaign, person_id: int, day: date) -> Absent:
    """What the first wave's audience says of somebody today, while the campaign is under way."""
    if campaign.status not in UNDER_WAY:
        return Absent("not_for_them")
    audience = audiences.AUDIENCES[campaign.duty](session, campaign, duty(campaign.duty), 1, day).subquery("audience")
    row = session.execute(select(audience.c.reason).where(audience.c.person_id == person_id)).first()
    if row is None:
        return Absent("not_for_them")
    return Absent("left_out", row.reason) if row.reason else Absent("to_come")


def _entries(viewer: Viewer) -> Select[Any]:
    person = (Person.id, Person.public_id, Person.first_name, Person.last_name, people_search.may_see(viewer))
    stands = (Recipient.wave, Recipient.status, contact_budget.in_short())
    times = (Recipient.selected_at, Recipient.planned_at, Recipient.accepted_at, Recipient.settled_at)
    posted = aliased(Batch)
    return (
        select(Recipient.id, *person, *stands, *times, posted.number, posted.detail)
        .outerjoin(Person, Person.id == Recipient.person_id)
        .outerjoin(posted, posted.id == Recipient.batch_id)
    )
