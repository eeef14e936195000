"""What makes an event live in a test: its people, the duties' steps without Prefect, and the mails each person has."""

from collections import defaultdict
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from outreach import campaigning, clock, delivery, duties, links
from outreach.database import session_scope
from outreach.event import Answer, Event, Place
from outreach.mail import transport_from
from outreach.models import Membership, Person, Rsvp
from outreach.outgoing import Transport
from outreach.queries import approvals, consents, guests, ledger, seats, visits
from outreach.settings import settings
from outreach.visits import life
from tests.spine.conftest import approve_all

INVITING, NOTICES = "event-invitation", "event-notices"


def member(name: str, place: Place | None, *, language: str = "sv", events: bool = True) -> int:
    """A member of the network who lives there; their id."""
    email, now = f"{name}@example.org", clock.now()
    fields: dict[str, Any] = {"latitude": None, "longitude": None}
    if place is not None:
        fields = {
            "city": place.name, "country": place.country, "latitude": place.latitude, "longitude": place.longitude,
            "time_zone": place.time_zone,
        }  # fmt: skip
    with session_scope() as session:
        row = insert(Person).values(
            public_id=f"p-{name}", first_name=name.title(), last_name="Öberg", email=email,
            address_hash=links.address_hash(email), language=language, membership=Membership.MEMBER, joined_at=now,
            created_at=now, updated_at=now, **fields,
        )  # fmt: skip
        person_id = session.execute(row.returning(Person.id)).scalar_one()
        if events:
            consents.answer(session, person_id, {"events": True}, language=language, source="test", at=now)
    return person_id


def id_of(name: str) -> int:
    with session_scope(reading=True) as session:
        return session.scalars(select(Person.id).where(Person.public_id == f"p-{name}")).one()


def move(name: str, place: Place) -> None:
    where = {"city": place.name, "country": place.country, "latitude": place.latitude, "longitude": place.longitude}
    with session_scope() as session:
        session.execute(update(Person).where(Person.public_id == f"p-{name}").values(**where))


def take_back_consent(name: str) -> None:
    with session_scope() as session:
        consents.withdraw(session, id_of(name), ["events"], language="sv", source="test", at=clock.now())


def answer(event: Event, name: str, said: Answer, guests: int = 0) -> str:
    """Somebody answers on the page, as it stands; what they got."""
    with session_scope() as session:
        now, before = clock.now(), seats.standing(session, event.id, id_of(name))
        version = before.version if before else 0
        current = as_it_is(event)
        return seats.answer(session, current, id_of(name), said, guests, "", version=version, now=now).seat.value


def confirm(event: Event, name: str) -> str:
    with session_scope() as session:
        return seats.confirm(session, as_it_is(event), id_of(name), clock.now()).seat.value


def check_in(event: Event, *names: str) -> None:
    with session_scope() as session:
        for name in names:
            mine = select(Rsvp.id).where(Rsvp.event_id == event.id, Rsvp.person_id == id_of(name))
            assert guests.check_in(session, event.id, session.scalars(mine).one(), 0, clock.now())


def as_it_is(event: Event) -> Event:
    with session_scope(reading=True) as session:
        found = visits.event_by_id(session, event.id)
        assert found is not None
        return found


def run(duty_name: str, transport: Transport | None = None) -> None:
    """A duty's steps, as its flow takes them; its text is signed."""
    day = clock.today()
    if duty_name == NOTICES:
        with session_scope() as session:
            seats.lapse_offers(session, clock.now())
            life.queue(session, clock.now())
    for campaign_id in _opened(duty_name, day):
        with session_scope() as session:
            campaign = campaigning.campaigns.by_id(session, campaign_id)
            campaigning.select(session, campaign, day)
        with session_scope() as session:
            campaigning.render(session, campaign)
        approve_all()
        with session_scope() as session:
            ready = [
                wave
                for wave in ledger.planned_waves(session, campaign_id)
                if approvals.is_approved(session, campaign, wave)
            ]
        if ready:
            delivery.deliver(campaign, duties.duty(duty_name), ready, transport or transport_from(settings()))


def _opened(duty_name: str, day: date) -> list[int]:
    with session_scope() as session:
        found = campaigning.open_campaigns(session, duty_name, day=day, department=None, parameters={})
        return [campaign.id for campaign in found]


def run_twice() -> None:
    """A day's runs, each duty twice."""
    for duty_name in (INVITING, NOTICES, INVITING, NOTICES):
        run(duty_name)


def mails() -> list[tuple[str, str, EmailMessage]]:
    """(message, to whom, the mail), of all there are, in the order they were written."""
    found = sorted(settings().outbox.glob("event-*/**/*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [_read(path) for path in found]


def mailed() -> dict[str, list[str]]:
    """Who has got what: the messages by name, in the order they came; one twice would stand twice."""
    got: dict[str, list[str]] = defaultdict(list)
    for message, to, _ in mails():
        got[to].append(message)
    return dict(got)


def _read(path: Path) -> tuple[str, str, EmailMessage]:
    duty_name, _period, _department, wave, *_ = path.relative_to(settings().outbox).parts
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    message = duties.duty(duty_name).waves[int(wave) - 1].message
    return message.removeprefix("event-"), str(mail["To"]).removesuffix("@example.org"), mail
