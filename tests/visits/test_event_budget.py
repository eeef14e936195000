"""Invitations count towards what a person gets, what those who answered are told does not; and both can be steered."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from outreach import clock
from outreach.database import session_scope
from outreach.event import Answer, Event, Place
from outreach.models import Campaign, Person, Recipient
from outreach.queries import visits
from outreach.steering import Turn, steer
from outreach.visits.drafts import EventDraft
from tests.visits import living

OSLO = Place("Oslo", "NO", 59.91273, 10.74609, "Europe/Oslo")
NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
STARTS = datetime(2027, 3, 8, 17, 0, tzinfo=UTC)
ANNA = "anna.lindqvist@office.example.org"


def plan(title: str, days_later: int = 0) -> Event:
    starts = STARTS + timedelta(days=days_later)
    draft = EventDraft(
        title_sv=title, title_en=title, venue="Ambassaden", place=OSLO, starts_at=starts,
        ends_at=starts + timedelta(hours=2), answer_by=date(2027, 3, 1), capacity=60, guests_allowed=1,
    )  # fmt: skip
    with session_scope() as session:
        return visits.add_event(session, draft, clock.now())


def ledger_of(event: Event) -> dict[str, tuple[str, str | None]]:
    """Everyone considered for an event's invitation -> status and reason."""
    found = (
        select(Person.public_id, Recipient.status, Recipient.reason)
        .join(Recipient, Recipient.person_id == Person.id)
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(Campaign.key == f"event-invitation/{event.slug}/central", Recipient.wave == 1)
    )
    with session_scope(reading=True) as session:
        return {name.removeprefix("p-"): (str(status), reason) for name, status, reason in session.execute(found)}


def test_third_invitation_of_a_fortnight_waits_for_its_turn_and_notices_come_all_the_same(db: Any) -> None:
    living.member("busy", OSLO)
    with clock.frozen(NOW):
        one, two = plan("Middag"), plan("Lunch", 1)
        living.run(living.INVITING)
        three = plan("Kaffe", 2)
        living.answer(one, "busy", Answer.YES)
        living.run_twice()
        assert living.mailed() == {"busy": ["invitation", "invitation", "confirmed"]}
        assert ledger_of(three) == {"busy": ("excluded", "over_budget")}
        living.answer(one, "busy", Answer.NO)
        living.run_twice()
        assert living.mailed()["busy"][-1] == "given-up"
    with clock.frozen(NOW + timedelta(days=14)):
        living.run_twice()
    assert ledger_of(three) == ledger_of(two) == {"busy": ("accepted", None)}
    assert living.mailed()["busy"].count("invitation") == 3


def test_everyone_within_reach_is_written_to_or_left_out_with_a_reason(db: Any) -> None:
    names = {"asked", "answered", "silent", "said_no"}
    for name in names:
        living.member(name, OSLO, events=name != "silent")
    living.take_back_consent("said_no")
    with clock.frozen(NOW):
        event = plan("Middag")
        living.answer(event, "answered", Answer.NO)
        living.run_twice()
    assert ledger_of(event) == {
        "asked": ("accepted", None),
        "answered": ("excluded", "answered"),
        "silent": ("excluded", "no_consent"),
        "said_no": ("excluded", "said_no"),
    }


def test_paused_notices_wait_and_go_on_when_they_are_resumed(db: Any) -> None:
    living.member("a", OSLO)
    living.member("b", OSLO)
    with clock.frozen(NOW):
        event = plan("Middag")
        living.run(living.INVITING)
        living.answer(event, "a", Answer.YES)
        living.run(living.NOTICES)
        key = f"event-notices/{event.slug}/central"
        steer(key, ANNA, Turn.PAUSE, via="cli")
        living.answer(event, "b", Answer.YES)
        living.run(living.NOTICES)
        assert living.mailed() == {"a": ["invitation", "confirmed"], "b": ["invitation"]}
        steer(key, ANNA, Turn.RESUME, via="cli")
        living.run(living.NOTICES)
    assert living.mailed() == {"a": ["invitation", "confirmed"], "b": ["invitation", "confirmed"]}
