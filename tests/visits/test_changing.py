"""An event that is changed or cancelled: who is told, what is written down, and two who change it at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from outreach import clock
from outreach.database import session_scope
from outreach.event import Answer, Event
from outreach.models import Batch, BatchStatus, Campaign, EventChange, EventRow, Recipient, Rsvp
from outreach.queries import visits
from outreach.visits import changing
from outreach.visits.drafts import EventDraft
from tests.conftest import NOON
from tests.visits.planned import DRAFT, HAMBURG, TOKYO, answers, as_it_is, guest, invite, noted, plan, told

ALL_KINDS = ("changed", "changed_others", "cancelled", "cancelled_others", "offered")
SOON = NOON + timedelta(hours=1)


def change(event: Event, **different: Any) -> changing.Changed:
    with session_scope() as session:
        return changing.change(session, event, replace(DRAFT, **different), actor="coordinator:1", now=SOON)


def cancel(event: Event, reason: str = "") -> changing.Cancelled:
    with session_scope() as session:
        return changing.cancel(session, event, actor="coordinator:1", now=SOON, reason=reason)


def changes() -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
    with session_scope(reading=True) as session:
        found = select(EventChange.sequence, EventChange.before, EventChange.after).order_by(EventChange.id)
        return [tuple(row) for row in session.execute(found)]


def full_house(event: Event) -> None:
    """Two are seated, one waits, one says perhaps and one no."""
    assert answers(event, "sara") == answers(event, "sune") == "seated"
    assert answers(event, "vera") == "waiting"
    answers(event, "pia", Answer.PERHAPS)
    answers(event, "nils", Answer.NO)


def test_new_venue_is_told_to_all_who_may_come_and_to_nobody_else(db: str) -> None:
    event = plan()
    full_house(event)
    changed = change(event, venue="Rathaus")
    assert changed == changing.Changed(sequence=1, told=4, what=("venue",))
    assert told(event, *ALL_KINDS) == {
        ("sara", "changed"), ("sune", "changed"), ("vera", "changed_others"), ("pia", "changed_others"),
    }  # fmt: skip
    assert changes() == [(1, {"venue": "Nordiska ambassaderna"}, {"venue": "Rathaus"})]
    assert (as_it_is(event).sequence, as_it_is(event).updated_at) == (1, SOON)


@pytest.mark.parametrize(
    ("different", "what"),
    [
        ({"title_en": "An evening in Berlin"}, {"title_en"}),
        ({"starts_at": DRAFT.starts_at + timedelta(hours=1)}, {"starts_at"}),
        ({"place": HAMBURG}, {"city"}),
        ({"place": TOKYO, "venue": "SI-huset"}, {"city", "country", "time_zone", "venue"}),
    ],
)
def test_what_stands_in_a_calendar_raises_the_sequence(
    sqlite_db: str, different: dict[str, Any], what: set[str]
) -> None:
    event = plan()
    answers(event, "sara")
    changed = change(event, **different)
    assert (changed.sequence, changed.told) == (1, 1)
    (sequence, before, after) = changes()[0]
    assert (sequence, set(before), set(after)) == (1, what, what)


@pytest.mark.parametrize(
    "different",
    [{"body_sv": "Kom!"}, {"radius_km": None}, {"entry_en": "Ring the bell"}, {"capacity": 1}, {"guests_allowed": 0}],
)
def test_what_stands_in_no_calendar_is_changed_without_a_word(sqlite_db: str, different: dict[str, Any]) -> None:
    event = plan()
    full_house(event)
    changed = change(event, **different)
    assert (changed.sequence, changed.told, changed.what) == (0, 0, tuple(different))
    assert told(event, *ALL_KINDS) == set()
    assert changes() == []


def test_more_seats_go_to_the_first_in_line(db: str) -> None:
    event = plan()
    full_house(event)
    changed = change(event, capacity=3)
    assert (changed.offered, changed.sequence) == (1, 0)
    assert told(event, *ALL_KINDS) == {("vera", "offered")}


def test_fewer_seats_take_none_from_anybody(db: str) -> None:
    event = plan()
    full_house(event)
    change(event, capacity=1)
    with session_scope(reading=True) as session:
        held = select(Rsvp.seat).where(Rsvp.event_id == event.id, Rsvp.seat == "seated")
        assert len(session.scalars(held).all()) == 2
        assert session.scalar(select(EventRow.seats_taken)) == 2


def test_nothing_different_is_no_change(sqlite_db: str) -> None:
    event = plan()
    answers(event, "sara")
    assert change(event) == changing.Changed(0, 0, ())
    assert (told(event, *ALL_KINDS), noted("changed_event")) == (set(), [])
    assert as_it_is(event).updated_at == NOON


def test_second_of_two_who_change_at_once_is_told_and_nothing_of_theirs_is_saved(db: str) -> None:
    event = plan()
    change(event, venue="Rathaus")
    with pytest.raises(changing.Overtaken):
        change(event, title_sv="En annan rubrik")
    assert (as_it_is(event).title_sv, as_it_is(event).venue) == (DRAFT.title_sv, "Rathaus")


def test_of_many_who_save_at_the_same_moment_one_is_saved_and_all_others_are_told(db: str) -> None:
    event = plan()
    answers(event, "sara")
    together = threading.Barrier(6)

    def save(number: int) -> str:
        together.wait()
        try:
            return f"saved {change(event, venue=f'Rathaus {number}').sequence}"
        except changing.Overtaken:
            return "overtaken"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(save, range(6))) == ["overtaken"] * 5 + ["saved 1"]
    assert [sequence for sequence, _, _ in changes()] == [1]
    assert told(event, "changed") == {("sara", "changed")}


def test_change_of_the_text_alone_is_seen_by_the_second_too(sqlite_db: str) -> None:
    event = plan()
    change(event, body_sv="Kom!")
    with pytest.raises(changing.Overtaken):
        change(event, body_sv="Kom inte!")


def test_answers_that_come_meanwhile_are_no_change_of_the_event(sqlite_db: str) -> None:
    event = plan()
    full_house(event)
    assert change(event, venue="Rathaus").told == 4


def test_event_of_a_file_keeps_its_name_there_and_its_department(sqlite_db: str) -> None:
    event = plan(source_key="rad 7", department_code="dsv")
    change(event, venue="Rathaus", department_code="fysikum")
    with session_scope(reading=True) as session:
        assert session.execute(select(EventRow.source_key, EventRow.department_code)).one() == ("rad 7", "dsv")


def test_changed_twice_is_told_twice(db: str) -> None:
    event = plan()
    answers(event, "sara")
    change(event, venue="Rathaus")
    assert change(as_it_is(event), venue="Rathaus", title_sv="Kväll").sequence == 2
    assert [sequence for sequence, _, _ in changes()] == [1, 2]


def test_cancelled_event_is_told_to_all_who_may_have_come(db: str) -> None:
    event = plan()
    full_house(event)
    assert cancel(event, reason="Resan är inställd") == changing.Cancelled(told=4, not_sent=0)
    assert told(event, *ALL_KINDS) == {
        ("sara", "cancelled"), ("sune", "cancelled"), ("vera", "cancelled_others"), ("pia", "cancelled_others"),
    }  # fmt: skip
    assert (as_it_is(event).cancelled, as_it_is(event).sequence) == (True, 1)
    assert changes() == [(1, {"status": "planned"}, {"status": "cancelled", "reason": "Resan är inställd"})]


def test_cancelling_once_more_tells_nobody_again(sqlite_db: str) -> None:
    event = plan()
    answers(event, "sara")
    cancel(event)
    assert cancel(event) == changing.Cancelled(0, 0)
    assert (len(noted("cancelled_event")), as_it_is(event).sequence) == (1, 1)


def test_cancelled_event_invites_nobody_more(db: str) -> None:
    event = plan(department_code="dsv")
    campaign_id = invite(event)
    person_id = guest("ina")
    with session_scope() as session:
        batch = insert(Batch).values(
            campaign_id=campaign_id, wave=1, number=1, language="sv", status=BatchStatus.PLANNED, size=1
        )
        batch_id = session.execute(batch.returning(Batch.id)).scalar_one()
        session.execute(
            insert(Recipient).values(
                campaign_id=campaign_id,
                person_id=person_id,
                wave=1,
                batch_id=batch_id,
                status="planned",
                token="t" * 32,
                language="sv",
                selected_at=NOON,
            )
        )
    assert cancel(event).not_sent == 1
    with session_scope(reading=True) as session:
        assert session.execute(select(Recipient.status, Recipient.reason)).one() == ("cancelled", "campaign_cancelled")
        assert session.scalar(select(Campaign.status)) == "cancelled"


def test_cancelled_event_offers_nobody_a_seat(db: str) -> None:
    event = plan()
    full_house(event)
    cancel(event)
    with pytest.raises(changing.TooLate):
        change(as_it_is(event), capacity=9)
    assert not told(event, "offered")


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=1)])
def test_event_that_has_begun_is_neither_changed_nor_cancelled(sqlite_db: str, late: timedelta) -> None:
    event = plan(starts_at=SOON - late, ends_at=SOON + timedelta(hours=3), answer_by=clock.today())
    for attempt in (lambda: change(event, venue="Rathaus"), lambda: cancel(event)):
        with pytest.raises(changing.TooLate):
            attempt()
    assert as_it_is(event).sequence == 0


def test_who_changed_and_cancelled_is_written_down_by_ids_alone(sqlite_db: str) -> None:
    event = plan()
    answers(event, "sara")
    change(event, venue="Rathaus")
    cancel(as_it_is(event))
    subject = f"event:{event.id}"
    changed = {"fields": ["venue"], "sequence": 1, "told": 1, "offered": 0}
    assert noted("changed_event") == [("coordinator:1", subject, changed)]
    assert noted("cancelled_event") == [("coordinator:1", subject, {"sequence": 2, "told": 1, "not_sent": 0})]


def test_an_event_read_back_as_a_draft_is_the_same_event(sqlite_db: str) -> None:
    event = plan(radius_km=None, body_en="Welcome")
    assert isinstance(changing.draft_of(event), EventDraft)
    assert changing.different(event, changing.draft_of(event)) == ()
    with session_scope(reading=True) as session:
        assert visits.differs(session, event.id, changing.draft_of(event)) is False
