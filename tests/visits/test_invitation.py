"""When people are invited to an event and reminded: by its own calendar, each once, and never once it is too late."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from outreach import campaigning, clock, delivery, previewing
from outreach.database import session_scope
from outreach.duties import duty
from outreach.errors import PermanentFailure
from outreach.event import Answer, Event, Place
from outreach.mail import transport_from
from outreach.models import EventRow
from outreach.queries import campaigns, ledger, messages, visits
from outreach.settings import settings
from outreach.steering import Turn, steer
from outreach.visits import changing, opening
from outreach.visits.drafts import EventDraft
from tests.spine.conftest import approve_all
from tests.visits import living

TOKYO = Place("Tokyo", "JP", 35.6895, 139.69171, "Asia/Tokyo")
AUCKLAND = Place("Auckland", "NZ", -36.84853, 174.76349, "Pacific/Auckland")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
# A Wednesday evening; invited from the Wednesday six weeks before, 3 February, answers until Wednesday 10 March.
DRAFT = EventDraft(
    title_sv="Alumnkväll i Auckland",
    title_en="Alumni evening in Auckland",
    body_sv="Vi berättar om **forskning i Antarktis**.",
    body_en="We tell you about **research in Antarctica**.",
    venue="Hotel Britomart",
    place=AUCKLAND,
    starts_at=datetime(2027, 3, 17, 5, 0, tzinfo=UTC),
    ends_at=datetime(2027, 3, 17, 8, 0, tzinfo=UTC),
    answer_by=date(2027, 3, 10),
    capacity=60,
    guests_allowed=2,
)
ANNA = "anna.lindqvist@office.example.org"


@contextmanager
def at(month: int, day: int, hour: int = 8) -> Iterator[None]:
    """The clock at an hour of a day in 2027, in Stockholm."""
    with clock.frozen(datetime(2027, month, day, hour, tzinfo=STOCKHOLM)):
        yield


def plan(**different: Any) -> Event:
    with session_scope() as session:
        return visits.add_event(session, replace(DRAFT, **different), clock.now())


def run_twice() -> None:
    living.run(living.INVITING)
    living.run(living.INVITING)


def statuses(event: Event, wave: int = 1) -> dict[str, int]:
    with session_scope(reading=True) as session:
        campaign = campaigns.by_key(session, f"event-invitation/{event.slug}/central")
        assert campaign is not None
        counts = ledger.counts(session, campaign.id)
        return {str(status): count for (number, status), count in counts.items() if number == wave}


def test_invited_six_weeks_before_and_reminded_once_four_days_before_the_last_day(db):
    living.member("silent", AUCKLAND)
    living.member("says_no", AUCKLAND, language="en")
    with at(1, 20):
        event = plan()
    came: dict[date, list[tuple[str, str]]] = {}
    day = date(2027, 1, 30)
    while day < date(2027, 3, 20):
        before = len(living.mails())
        with at(day.month, day.day):
            run_twice()
            if day == date(2027, 2, 20):
                living.answer(event, "says_no", Answer.NO)
        if new := [(message, to) for message, to, _ in living.mails()[before:]]:
            came[day] = sorted(new)
        day += timedelta(days=1)
    assert came == {
        date(2027, 2, 3): [("invitation", "says_no"), ("invitation", "silent")],
        date(2027, 3, 6): [("reminder", "silent")],
    }


def test_the_coordinator_who_signs_the_reminder_is_told_only_of_those_who_have_not_answered(db):
    for name in ("silent", "says_no"):
        living.member(name, AUCKLAND)
    with at(2, 20):
        event = plan()
        run_twice()
        living.answer(event, "says_no", Answer.NO)
    with at(3, 6):
        preview = previewing.preview(living.INVITING, day=None, department=None, parameters={})
    [reminder] = [one for one in preview.waves if one.wave == 2]
    assert (reminder.people, reminder.exclusions) == (1, {"answered": 1})


def test_the_day_is_the_calendars_where_the_event_is(home):
    """Late in the evening of 2 February in Stockholm it is the third in Auckland; there the 11th begins at noon."""
    times = opening.times(duty(living.INVITING))
    event = Event(
        1, "e", "e", None, None, "", "", "", "", "", "", "", AUCKLAND, DRAFT.starts_at, DRAFT.ends_at, DRAFT.answer_by,
        60, 0, 100.0, DRAFT.narrowing, 0, False, clock.now(), "",
    )  # fmt: skip

    def due(*when: int) -> bool:
        return opening.is_due(event, times, datetime(2027, *when, tzinfo=STOCKHOLM))

    assert [due(2, 2, 11), due(2, 2, 13)] == [False, True]
    assert [due(3, 10, 11), due(3, 10, 13)] == [True, False]
    assert not opening.is_due(replace(event, cancelled=True), times, datetime(2027, 3, 1, tzinfo=UTC))

    def reminded(*when: int) -> bool:
        return opening.reminds(event, times, datetime(2027, *when, tzinfo=STOCKHOLM))

    assert [reminded(3, 5, 11), reminded(3, 5, 13), reminded(3, 10, 13)] == [False, True, False]


def test_who_joins_or_moves_there_while_answers_are_taken_is_invited_and_who_moves_away_before_is_not(db):
    living.member("there", AUCKLAND)
    living.member("moves_in", TOKYO)
    living.member("too_late", TOKYO)
    with at(2, 3):
        plan()
        run_twice()
    with at(3, 2):
        living.move("moves_in", AUCKLAND)
        living.member("joins", AUCKLAND)
        run_twice()
    with at(3, 11):
        living.move("too_late", AUCKLAND)
        run_twice()
    assert living.mailed() == {"there": ["invitation"], "moves_in": ["invitation"], "joins": ["invitation"]}


def test_an_event_entered_late_is_invited_to_at_once_and_nobody_is_reminded_within_days(db):
    living.member("a", AUCKLAND)
    with at(3, 7):
        plan()
        run_twice()
    for day in (8, 9, 10):
        with at(3, day):
            run_twice()
    assert living.mailed() == {"a": ["invitation"]}, "five days between the two, and then it was too late"


def test_after_the_last_day_to_answer_nobody_is_written_to_and_who_waited_stands_as_expired(db):
    living.member("a", AUCKLAND)
    with at(3, 10):
        event = plan()
        with session_scope() as session:
            [campaign] = campaigning.open_campaigns(
                session, living.INVITING, day=clock.today(), department=None, parameters={}
            )
            campaigning.select(session, campaign, clock.today())
    assert statuses(event) == {"planned": 1}
    with at(3, 11):
        run_twice()
    assert living.mails() == []
    assert statuses(event) == {"cancelled": 1}


def test_a_sending_that_reaches_the_end_of_the_last_day_stops_there(db):
    living.member("a", AUCKLAND)
    with at(3, 10):
        event = plan()
        with session_scope() as session:
            [campaign] = campaigning.open_campaigns(
                session, living.INVITING, day=clock.today(), department=None, parameters={}
            )
            campaigning.select(session, campaign, clock.today())
            campaigning.render(session, campaign)
        approve_all()
    late = datetime(2027, 3, 10, 11, 0, 1, tzinfo=UTC)  # a second past midnight in Auckland
    with clock.frozen(late):
        assert delivery.deliver(campaign, duty(living.INVITING), [1], transport_from(settings())) == 0
    with clock.frozen(late - timedelta(seconds=2)):
        assert delivery.deliver(campaign, duty(living.INVITING), [1], transport_from(settings())) == 1
    assert statuses(event) == {"accepted": 1}


def test_an_event_whose_last_day_is_moved_takes_its_invitation_along(db):
    living.member("a", AUCKLAND)
    with at(2, 3):
        event = plan()
        run_twice()
    with at(2, 10):
        move_the_last_day(event, date(2027, 3, 14))
    living.member("late", AUCKLAND)
    with at(3, 9):
        run_twice()
    assert living.mailed() == {"a": ["invitation"], "late": ["invitation"]}, "the reminders come on the tenth"
    with at(3, 12):
        run_twice()
    assert living.mailed() == {"a": ["invitation", "reminder"], "late": ["invitation"]}


def move_the_last_day(event: Event, day: date) -> None:
    with session_scope() as session:
        current = visits.event_by_id(session, event.id)
        assert current is not None
        changing.change(
            session, current, replace(changing.draft_of(current), answer_by=day), actor="test", now=clock.now()
        )


def test_an_invitation_whose_time_was_over_goes_on_when_the_last_day_is_moved_to_later(db):
    living.member("invited", AUCKLAND)
    with at(3, 1):
        event = plan(answer_by=date(2027, 3, 3))
        run_twice()
        living.member("waits", AUCKLAND)
        with session_scope() as session:
            [campaign] = campaigning.open_campaigns(
                session, living.INVITING, day=clock.today(), department=None, parameters={}
            )
            campaigning.select(session, campaign, clock.today())
    with at(3, 4):
        run_twice()
        assert statuses(event) == {"accepted": 1, "cancelled": 1}
        living.member("late", AUCKLAND)
        move_the_last_day(event, date(2027, 3, 12))
        run_twice()
    assert living.mailed() == {name: ["invitation"] for name in ("invited", "waits", "late")}
    with at(3, 13):
        run_twice()
    assert len(living.mails()) == 3


def test_an_event_whose_last_day_is_moved_to_one_that_has_passed_invites_nobody_more(db):
    living.member("waits", AUCKLAND)
    with at(3, 5):
        event = plan()
        with session_scope() as session:
            [campaign] = campaigning.open_campaigns(
                session, living.INVITING, day=clock.today(), department=None, parameters={}
            )
            campaigning.select(session, campaign, clock.today())
        move_the_last_day(event, date(2027, 3, 3))
        run_twice()
    assert living.mails() == []
    assert statuses(event) == {"cancelled": 1}


def test_an_invitation_somebody_cancelled_stays_closed_when_the_last_day_is_moved(db):
    living.member("a", AUCKLAND)
    with at(3, 1):
        event = plan(answer_by=date(2027, 3, 3))
        with session_scope() as session:
            campaigning.open_campaigns(session, living.INVITING, day=clock.today(), department=None, parameters={})
        steer(f"event-invitation/{event.slug}/central", ANNA, Turn.CANCEL, via="cli")
    with at(3, 4):
        move_the_last_day(event, date(2027, 3, 12))
        run_twice()
    assert living.mails() == []


def test_who_moves_away_after_the_invitation_is_reminded_all_the_same(db):
    """They were asked, and the host counts on an answer."""
    living.member("a", AUCKLAND)
    with at(2, 3):
        plan()
        run_twice()
    living.move("a", TOKYO)
    with at(3, 7):
        run_twice()
    assert living.mailed() == {"a": ["invitation", "reminder"]}


def test_a_cancelled_event_invites_nobody_and_who_waited_is_cancelled(db):
    living.member("a", AUCKLAND)
    with at(2, 3):
        event = plan()
        with session_scope() as session:
            [campaign] = campaigning.open_campaigns(
                session, living.INVITING, day=clock.today(), department=None, parameters={}
            )
            campaigning.select(session, campaign, clock.today())
        with session_scope() as session:  # by hand: the run finds out by itself
            session.execute(update(EventRow).where(EventRow.id == event.id).values(status="cancelled"))
        run_twice()
    assert living.mails() == []
    assert statuses(event) == {"cancelled": 1}


def test_paused_it_waits_and_goes_on_and_cancelled_it_is_over(db):
    living.member("a", AUCKLAND)
    with at(2, 3):
        event = plan()
        with session_scope() as session:
            campaigning.open_campaigns(session, living.INVITING, day=clock.today(), department=None, parameters={})
        key = f"event-invitation/{event.slug}/central"
        steer(key, ANNA, Turn.PAUSE, via="cli")
        run_twice()
        assert living.mails() == []
        steer(key, ANNA, Turn.RESUME, via="cli")
        run_twice()
        assert living.mailed() == {"a": ["invitation"]}
        steer(key, ANNA, Turn.CANCEL, via="cli")
        living.member("b", AUCKLAND)
    with at(3, 7):
        run_twice()
    assert living.mailed() == {"a": ["invitation"]}


def test_an_event_changed_before_it_is_signed_needs_a_new_signature(db):
    living.member("a", AUCKLAND)
    with at(2, 3):
        event = plan()

        def text() -> str:
            with session_scope() as session:
                [campaign] = campaigning.open_campaigns(
                    session, living.INVITING, day=clock.today(), department=None, parameters={}
                )
                campaigning.select(session, campaign, clock.today())
                campaigning.render(session, campaign)
                return messages.content_digest(session, campaign.id, 1)

        before = text()
        assert text() == before
        with session_scope() as session:
            draft = replace(changing.draft_of(event), venue="Town Hall")
            changing.change(session, event, draft, actor="test", now=clock.now())
        assert text() != before
        run_twice()
    [(_, _, mail)] = living.mails()
    assert "Town Hall" in mail.get_body(("plain",)).get_content()


def test_one_run_can_be_about_one_event_or_one_department(db):
    living.member("a", AUCKLAND)
    with at(2, 3):
        central, law = plan(), plan(title_sv="Juridik", department_code="juridik")

        def opened(department: str | None, event: str = "") -> set[str]:
            with session_scope(rehearsing=True) as session:
                found = campaigning.open_campaigns(
                    session, living.INVITING, day=clock.today(), department=department, parameters={"event": event}
                )
                return {campaign.period for campaign in found}

        assert opened(None) == {central.slug, law.slug}
        assert opened("juridik") == {law.slug}
        assert opened(None, central.slug) == {central.slug}
        assert opened(None, law.public_id) == {law.slug}
        for name in (central.slug, "nowhere"):
            with pytest.raises(PermanentFailure, match=f"^Department of Law holds no event '{name}'"):
                opened("juridik", name)
        for name in (law.slug, law.public_id, "nowhere"):  # another's is as if it were not there
            with pytest.raises(PermanentFailure, match=f"^Department of Physics holds no event '{name}'"):
                opened("fysikum", name)
        with pytest.raises(PermanentFailure, match="There is no event 'nowhere'"):
            opened(None, "nowhere")


def test_a_preview_of_a_later_day_shows_who_would_be_invited_and_keeps_nothing(db):
    living.member("a", AUCKLAND)
    with at(1, 20):
        plan()
        today = previewing.preview(living.INVITING, day=None, department=None, parameters={})
        later = previewing.preview(living.INVITING, day=date(2027, 2, 3), department=None, parameters={})
        with session_scope(reading=True) as session:
            assert campaigns.newest(session, 10) == []
    assert (today.people, later.people) == (0, 1)
    assert {one.variant for wave in later.waves for one in wave.variants} == {"sv", "en"}
    assert living.mails() == []


def test_a_preview_shows_the_text_of_every_event_and_of_none_that_another_department_holds(db):
    living.member("a", AUCKLAND)
    living.member("b", TOKYO)
    with at(2, 3):
        for title, place, department in (
            ("Middag", AUCKLAND, None),
            ("Lunch", AUCKLAND, None),
            ("Juridik", TOKYO, "juridik"),
        ):
            plan(title_sv=title, place=place, department_code=department)

        def shown(department: str | None) -> set[str]:
            preview = previewing.preview(living.INVITING, day=None, department=department, parameters={})
            files = preview.index.parent.glob("*.sv*.txt")
            titles = {"Middag", "Lunch", "Juridik"}
            return {title for file in files for title in titles if title in file.read_text("utf-8")}

        assert shown(None) == {"Middag", "Lunch", "Juridik"}
        assert shown("juridik") == {"Juridik"}
        assert shown("fysikum") == set()
