"""The mails to an event's hosts: once when it is new, once when it is near, with links of their own."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from outreach import clock, links
from outreach.database import session_scope
from outreach.mail import transport_from
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.queries import office
from outreach.settings import settings
from outreach.visits import changing, hosting
from tests.conftest import NOON
from tests.visits.planned import DRAFT, answers, noted, plan

CENTRAL = {"anna.lindqvist@office.example.org", "erik.sandberg@office.example.org"}
TOVE = "tove.hallgren@arkeologi.example.org"


def send() -> int:
    return hosting.send(transport_from(settings()), clock.now())


def mails() -> list[EmailMessage]:
    found = settings().outbox.glob("office/host/**/*.eml")
    parsed = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(found)]
    return [mail for mail in parsed if isinstance(mail, EmailMessage)]


def text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


class TakesNothing:
    """A provider that is down."""

    name = "down"

    def send(self, batch: OutgoingBatch) -> Result:
        return Result(Proof.NOT_SENT, sentence="It is down.")


def test_new_event_is_told_of_once_to_the_office_and_the_department(db: str) -> None:
    plan(department_code="arkeologi")
    assert send() == 3
    assert {mail["To"] for mail in mails()} == {*CENTRAL, TOVE}
    assert send() == 0
    assert len(noted(hosting.NEW)) == 3


def test_event_of_the_office_is_no_departments_business(sqlite_db: str) -> None:
    plan()
    send()
    assert {mail["To"] for mail in mails()} == CENTRAL


def test_event_that_is_near_is_told_of_again_with_how_many_come(db: str) -> None:
    event = plan(capacity=3)
    send()
    answers(event, "sara", guests=1)
    answers(event, "vera", guests=1)
    with clock.frozen(DRAFT.starts_at - timedelta(days=3)):
        assert send() == 0
    with clock.frozen(DRAFT.starts_at - timedelta(days=2)):
        assert (send(), send()) == (2, 0)
    near = [mail for mail in mails() if "Snart dags" in mail["Subject"]]
    assert len(near) == 2
    assert "2 personer kommer, medföljande gäster inräknade, och 2 står i kö." in text(near[0])


def test_event_entered_when_it_is_near_is_told_of_once(sqlite_db: str) -> None:
    start = NOON + timedelta(hours=30)
    plan(starts_at=start, ends_at=start + timedelta(hours=2), answer_by=start.date())
    assert (send(), send()) == (2, 0)


def test_event_that_is_cancelled_or_has_begun_is_not_told_of(sqlite_db: str) -> None:
    plan(starts_at=NOON, ends_at=NOON + timedelta(hours=2))
    event = plan()
    with session_scope() as session:
        changing.cancel(session, event, actor="coordinator:1", now=NOON)
    assert send() == 0


def test_whose_mail_was_not_taken_is_told_by_the_next_run(sqlite_db: str) -> None:
    plan()
    assert hosting.send(TakesNothing(), clock.now()) == 0
    assert send() == 2


def test_links_are_each_readers_own_and_outlast_the_event_by_a_month(sqlite_db: str) -> None:
    event = plan(department_code="arkeologi")
    send()
    with session_scope(reading=True) as session:
        ids = {one.email: str(one.id) for one in office.approvers(session, "arkeologi")}
    for mail in mails():
        said = text(mail)
        (host,), (planner,) = (set(re.findall(rf"/{use}/([\w.~-]+)", said)) for use in ("host", "planner"))
        assert links.read("host", host) == links.Link("host", ids[mail["To"]], event.public_id)
        assert links.read("planner", planner).subject == ids[mail["To"]]
        with clock.frozen(event.ends_at + timedelta(days=30, seconds=-1)):
            assert links.read("host", host)
    with clock.frozen(event.ends_at + timedelta(days=31)):
        assert expired(host)


def expired(token: str) -> bool:
    try:
        links.read("host", token)
    except links.ExpiredLink:
        return True
    return False
