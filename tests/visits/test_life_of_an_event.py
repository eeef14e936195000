"""The whole life of two events, day by day, each day's duties run twice: who has got which mails in the end.

The rules, as they were agreed: members near the event who have said yes to invitations are invited six weeks before;
who has not answered is reminded once, four days before the last day to answer; whoever asks for a seat is told what
they got, and again whenever that becomes otherwise; who has a seat is told two days before how to get in; who came is
thanked the day after, and who was expected is written to differently.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
from sqlalchemy import select

from outreach import clock
from outreach.database import session_scope
from outreach.event import Answer, Event, Place
from outreach.models import Campaign, CampaignStatus, EventRow, Recipient, RecipientStatus, Rsvp
from outreach.queries import campaigns, visits, walk_ins
from outreach.settings import settings
from outreach.visits import changing
from outreach.visits.importing import import_visits
from tests.visits import living

TOKYO = Place("Tokyo", "JP", 35.6895, 139.69171, "Asia/Tokyo")
YOKOHAMA = Place("Yokohama", "JP", 35.43333, 139.65, "Asia/Tokyo")  # 28 km away
OSAKA = Place("Osaka", "JP", 34.69374, 135.50218, "Asia/Tokyo")  # 400 km away
BERLIN = Place("Berlin", "DE", 52.52437, 13.41053, "Europe/Berlin")

DINNER = {
    "visit": "japan", "city": "Tokyo", "country": "Japan", "starts_on": "2027-01-18", "ends_on": "2027-01-22",
    "delegation": "Rektor Anna Lindqvist", "event": "middag", "title_sv": "Alumnmiddag i Tokyo",
    "title_en": "Alumni dinner in Tokyo", "body_sv": "En kväll om forskning.", "entry_sv": "Ta med legitimation.",
    "venue": "Hotel Okura", "starts_at": "2027-01-20 18:30", "ends_at": "2027-01-20 21:00", "answer_by": "2027-01-10",
    "capacity": "3", "guests_allowed": "1",
}  # fmt: skip
LUNCH = {
    "city": "Berlin", "country": "Tyskland", "event": "lunch", "title_sv": "Alumnlunch i Berlin",
    "title_en": "Alumni lunch in Berlin", "venue": "Nordiska ambassaderna", "starts_at": "2027-01-14 12:00",
    "ends_at": "14:00", "answer_by": "2027-01-07", "capacity": "1",
}  # fmt: skip

# Everything each person is to get, and in this order.
EXPECTED = {
    # Tokyo
    "yes": ["invitation", "confirmed", "changed", "practical", "thanks"],
    "no": ["invitation"],
    "perhaps": ["invitation", "changed-others"],
    "never": ["invitation", "reminder"],
    "freed": ["invitation", "waiting", "offered", "confirmed", "changed", "practical", "thanks"],
    "in_vain": ["invitation", "waiting", "changed-others"],
    "slow": ["invitation", "waiting", "offered", "lapsed"],
    "gives_up": ["invitation", "confirmed", "given-up"],
    "joins_late": ["invitation", "reminder"],
    "withdraws": ["invitation"],
    "no_show": ["invitation", "confirmed", "changed", "practical", "missed"],
    "walk_in": ["thanks"],
    # Berlin
    "berlin_yes": ["invitation", "confirmed", "cancelled"],
    "berlin_waits": ["invitation", "waiting", "cancelled-others"],
    "berlin_perhaps": ["invitation", "cancelled-others"],
    "berlin_no": ["invitation"],
    "berlin_silent": ["invitation"],
}
NOTHING = {"moves_away", "elsewhere", "said_nothing"}  # who get no mail at all


@contextmanager
def at(day: date, hour: int = 10) -> Iterator[None]:
    """The clock at an hour (UTC) of a day."""
    with clock.frozen(datetime.combine(day, time(hour), UTC)):
        yield


def import_file(**changed: str) -> tuple[Event, Event]:
    """Read the file of both events, with the dinner changed so; the dinner and the lunch as they now are."""
    path = settings().data_dir / "besök.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, list(DINNER))
        rows.writeheader()
        rows.writerows([DINNER | changed, LUNCH])
    summary = import_visits(path)
    assert not path.with_suffix(".rejected.csv").exists(), summary
    with session_scope(reading=True) as session:
        lunch, dinner = visits.events(session)
        return dinner, lunch


def people() -> None:
    for name in EXPECTED:
        if name not in ("joins_late", "walk_in"):
            english = name in ("yes", "perhaps", "slow")
            living.member(name, BERLIN if "berlin" in name else TOKYO, language="en" if english else "sv")
    living.move("freed", YOKOHAMA)
    living.member("walk_in", OSAKA)
    living.member("elsewhere", OSAKA)
    living.member("moves_away", TOKYO)
    living.member("said_nothing", TOKYO, events=False)


def what_happens(dinner: Event, lunch: Event) -> dict[date, list[tuple[int, object]]]:
    """Day -> (hour in UTC, what is done then)."""
    yes, no, perhaps = Answer.YES, Answer.NO, Answer.PERHAPS

    def says(event: Event, name: str, said: Answer, got: str) -> object:
        def does() -> None:
            assert living.answer(event, name, said) == got

        return does

    def change_of_venue() -> None:
        changed, _ = import_file(venue="Sveriges ambassad")
        assert (changed.public_id, changed.sequence) == (dinner.public_id, 1)

    def cancel() -> None:
        with session_scope() as session:
            changing.cancel(session, lunch, actor="coordinator:1", now=clock.now())

    def at_the_door() -> None:
        living.check_in(dinner, "yes", "freed")
        with session_scope() as session:
            assert walk_ins.add_known(session, dinner.id, living.id_of("walk_in"), 0, clock.now())[1]
            walk_ins.add_unknown(session, dinner.id, "Okänd Gäst", 0, clock.now())

    return {
        date(2026, 12, 1): [(9, lambda: living.move("moves_away", OSAKA))],
        date(2026, 12, 10): [
            (11, says(dinner, "yes", yes, "seated")),
            (12, says(dinner, "gives_up", yes, "seated")),
            (12, says(dinner, "no", no, "none")),
            (13, says(dinner, "perhaps", perhaps, "none")),
            (14, says(dinner, "no_show", yes, "seated")),
        ],
        date(2026, 12, 11): [
            (11, says(dinner, "slow", yes, "waiting")),
            (12, says(dinner, "freed", yes, "waiting")),
            (13, says(dinner, "in_vain", yes, "waiting")),
            (14, says(lunch, "berlin_yes", yes, "seated")),
            (15, says(lunch, "berlin_waits", yes, "waiting")),
            (16, says(lunch, "berlin_perhaps", perhaps, "none")),
            (16, says(lunch, "berlin_no", no, "none")),
        ],
        date(2026, 12, 14): [(9, lambda: living.member("joins_late", TOKYO))],
        date(2026, 12, 16): [(11, says(dinner, "gives_up", no, "none"))],  # offered to "slow", for 24 hours
        date(2026, 12, 18): [(11, lambda: living.confirm(dinner, "freed"))],
        date(2026, 12, 20): [(11, change_of_venue)],
        date(2026, 12, 22): [(11, cancel)],
        date(2027, 1, 3): [(11, lambda: living.take_back_consent("withdraws"))],
        date(2027, 1, 20): [(10, at_the_door)],
    }


@pytest.fixture
def lived(db: str) -> tuple[Event, Event]:
    """Both events, from the file they come in by until all is over."""
    people()
    dinner, lunch = import_file()
    happens = what_happens(dinner, lunch)
    day = date(2026, 11, 30)
    while day <= date(2027, 2, 5):
        with at(day, 7):
            living.run_twice()
        for hour, does in happens.pop(day, ()):
            with at(day, hour):
                assert callable(does)
                does()
                living.run(living.NOTICES)  # as after every answer
                living.run(living.NOTICES)
        day += timedelta(days=1)
    assert not happens
    return dinner, lunch


def test_everyone_has_exactly_the_mails_the_rules_say(lived):
    assert living.mailed() == EXPECTED
    assert not NOTHING & living.mailed().keys()
    the_ledger_says_the_same()
    the_calendars_follow(*lived)
    nothing_is_kept_that_was_to_be_deleted(lived[0])


def the_ledger_says_the_same() -> None:
    """Everyone planned was written to, and nobody is left waiting in a campaign that is closed now."""
    with session_scope(reading=True) as session:
        accepted = select(Recipient.id).where(Recipient.status == RecipientStatus.ACCEPTED)
        assert len(session.scalars(accepted).all()) == sum(len(got) for got in EXPECTED.values())
        assert not session.scalars(select(Recipient.id).where(Recipient.status == RecipientStatus.PLANNED)).all()
    with session_scope() as session:
        campaigns.expire(session, datetime(2027, 2, 21, tzinfo=UTC))
        closed = {CampaignStatus.EXPIRED, CampaignStatus.CANCELLED}
        assert set(session.scalars(select(Campaign.status))) <= closed


def the_calendars_follow(dinner: Event, lunch: Event) -> None:
    """One UID an event, a sequence that rises, and CANCEL for who had a seat at the one that was called off."""
    files: dict[str, list[tuple[str, str, int, str]]] = {}
    for message, to, mail in living.mails():
        for part in mail.iter_attachments():
            calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
            entry = calendar.walk("VEVENT")[0]
            assert part["Content-Type"].params["method"] == calendar["METHOD"]
            files.setdefault(to, []).append((message, calendar["METHOD"], entry["SEQUENCE"], str(entry["UID"])))
    first, changed = ("confirmed", "PUBLISH", 0, f"{dinner.public_id}@127.0.0.1"), ("changed", "PUBLISH", 1)
    changed = (*changed, first[3])
    berlin = f"{lunch.public_id}@127.0.0.1"
    assert files == {
        "yes": [first, changed],
        "no_show": [first, changed],
        "freed": [first, changed],
        "gives_up": [first],
        "berlin_yes": [("confirmed", "PUBLISH", 0, berlin), ("cancelled", "CANCEL", 1, berlin)],
    }


def nothing_is_kept_that_was_to_be_deleted(dinner: Event) -> None:
    with session_scope(reading=True) as session:
        assert session.scalars(select(EventRow.tidied_at).where(EventRow.id == dinner.id)).one()
        assert set(session.execute(select(Rsvp.name, Rsvp.needs)).tuples()) == {("", "")}
