"""What is counted of events, on SQLite and PostgreSQL: each person once, in their newest department and cohort."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from outreach import duties
from outreach.database import session_scope
from outreach.models import Campaign, EventRow, Membership, Person, Recipient, RecipientStatus, Rsvp, Study, VisitRow
from outreach.queries import event_figures, reach

AT = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
STARTS = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # already the new year in Tokyo
TOKYO = {"city": "Tokyo", "country": "JP", "latitude": 35.69, "longitude": 139.69, "time_zone": "Asia/Tokyo"}
S = RecipientStatus


def laid(session: Session, row: Any) -> int:
    session.add(row)
    session.flush()
    number: int = row.id
    return number


def visit(session: Session, name: str, starts_on: date) -> int:
    row = VisitRow(public_id=name, starts_on=starts_on, ends_on=starts_on, created_at=AT, updated_at=AT, **TOKYO)
    return laid(session, row)


def event(session: Session, slug: str, visit_id: int | None = None, **changes: Any) -> int:
    values = {
        "title_sv": "Kväll", "title_en": "Evening", "venue": "Ambassaden", "starts_at": STARTS, "ends_at": STARTS,
        "answer_by": date(2026, 12, 20), "capacity": 60, "created_at": AT, "updated_at": AT,
    }  # fmt: skip
    return laid(session, EventRow(public_id=slug, slug=slug, visit_id=visit_id, **(TOKYO | values | changes)))


def graduate(session: Session, name: str, *degrees: tuple[str, int | None], **values: Any) -> int:
    """Somebody with studies at departments; a year is that of a degree."""
    row = Person(public_id=name, student_uid=name, email=f"{name}@example.org", created_at=AT, updated_at=AT, **values)
    number = laid(session, row)
    for department, year in degrees:
        done = date(year, 6, 1) if year else None
        code = f"{department}{year}"
        session.add(Study(person_id=number, department_code=department, programme_code=code, completed_on=done))
    return number


def invite(session: Session, slug: str, people: dict[int, RecipientStatus], wave: int = 1) -> None:
    row = Campaign(key=f"event-invitation/{slug}/{wave}", duty="event-invitation", period=slug, opened_at=AT)
    campaign = laid(session, row)
    for person, status in people.items():
        token = f"{slug}-{wave}-{person}"
        session.add(
            Recipient(
                token=token, campaign_id=campaign, wave=wave, person_id=person,
                language="sv", status=status, selected_at=AT,
            )
        )  # fmt: skip


def answer(session: Session, event_id: int, person: int | None, said: str, **values: Any) -> None:
    row = Rsvp(event_id=event_id, person_id=person, answer=said, answered_at=AT, changed_at=AT, **values)
    session.add(row)


def counted(session: Session) -> set[tuple[Any, ...]]:
    return set(event_figures.turnout(session).itertuples(index=False, name=None))


def test_seats_and_those_who_came_are_counted_with_guests_and_people_who_were_asked_once(db: str) -> None:
    with session_scope() as session:
        tokyo = event(session, "tokyo")
        people = [graduate(session, f"p{number}", ("dsv", 2020)) for number in range(6)]
        invite(session, "tokyo", dict.fromkeys(people[:4], S.ACCEPTED) | {people[4]: S.BOUNCED, people[5]: S.EXCLUDED})
        invite(session, "tokyo", dict.fromkeys(people[:4], S.ACCEPTED), wave=2)
        answer(session, tokyo, people[0], "yes", seat="seated", guests=2, checked_in_at=AT, guests_came=1)
        answer(session, tokyo, people[1], "yes", seat="waiting", guests=1)
        answer(session, tokyo, people[2], "no")
    with session_scope(reading=True) as session:
        assert counted(session) == {(tokyo, "dsv", 2020, 4, 3, 3, 2)}


def test_who_walks_in_came_without_having_answered_and_may_be_nobody_we_know(db: str) -> None:
    with session_scope() as session:
        tokyo = event(session, "tokyo")
        known = graduate(session, "known", ("dsv", 2020))
        answer(session, tokyo, known, "yes", walk_in=True, seat="seated", checked_in_at=AT)
        answer(session, tokyo, None, "yes", walk_in=True, seat="seated", checked_in_at=AT, guests_came=1)
    with session_scope(reading=True) as session:
        assert counted(session) == {(tokyo, "dsv", 2020, 0, 0, 0, 1), (tokyo, "", 0, 0, 0, 0, 2)}


def test_everybody_stands_where_their_newest_degree_is_and_another_events_people_are_not_counted(db: str) -> None:
    with session_scope() as session:
        tokyo, other = event(session, "tokyo"), event(session, "other")
        moved = graduate(session, "moved", ("dsv", 2012), ("juridik", 2020), ("astronomi", None))
        student = graduate(session, "student", ("dsv", None))
        invite(session, "tokyo", dict.fromkeys([moved, student], S.DELIVERED))
        answer(session, other, moved, "no")
    with session_scope(reading=True) as session:
        assert counted(session) == {
            (tokyo, "juridik", 2020, 1, 0, 0, 0),
            (tokyo, "dsv", 0, 1, 0, 0, 0),
            (other, "juridik", 2020, 0, 1, 0, 0),
        }


def test_an_event_is_of_the_day_where_it_is_and_of_its_visits_year_and_city(db: str) -> None:
    with session_scope() as session:
        journey = visit(session, "journey", date(2026, 12, 28))
        event(session, "suburb", journey, city="Yokohama")
        event(session, "home", city="Yokohama")
    with session_scope(reading=True) as session:
        found = event_figures.events(session).set_index("slug")
    assert list(found.loc["suburb", ["visit_id", "city", "day", "year"]]) == [journey, "Tokyo", date(2027, 1, 1), 2026]
    assert list(found.loc["home", ["city", "day", "year"]]) == ["Yokohama", date(2027, 1, 1), 2027]
    assert found["visit_id"].isna().to_dict() == {"suburb": False, "home": True}


def test_no_event_gives_empty_frames_of_the_same_shape(db: str) -> None:
    with session_scope(reading=True) as session:
        frames = event_figures.events(session), event_figures.turnout(session), event_figures.members_by_city(session)
    assert [frame.empty for frame in frames] == [True, True, True]
    assert list(frames[1].columns) == ["event_id", "department_code", "cohort", *event_figures.MEASURES]


def test_only_members_whose_place_is_known_are_on_the_map(db: str) -> None:
    with session_scope() as session:
        for number in range(3):
            graduate(session, f"m{number}", membership=Membership.MEMBER, **TOKYO)
        graduate(session, "asked", membership=Membership.INVITED, **TOKYO)
        graduate(session, "nowhere", membership=Membership.MEMBER, city="Tokyo", country="JP")
    with session_scope(reading=True) as session:
        found = event_figures.members_by_city(session)
    assert found[["city", "country", "people"]].to_numpy().tolist() == [["Tokyo", "JP", 3]]
    assert found.loc[0, "latitude"] == pytest.approx(35.69)


def test_whom_a_visit_would_reach_is_counted_with_why_the_others_would_not_be_written_to(db: str) -> None:
    with session_scope() as session:
        graduate(session, "silent", ("dsv", 2020), membership=Membership.MEMBER, **TOKYO)
        graduate(session, "left", ("dsv", 2020), membership=Membership.LEFT, language="en", **TOKYO)
        graduate(session, "far", ("dsv", 2020), **(TOKYO | {"latitude": 43.06}))
    with session_scope(reading=True) as session:
        near = reach.within(TOKYO["latitude"], TOKYO["longitude"], 100.0)  # type: ignore[arg-type]
        found = event_figures.reached(session, near, duties.duty("event-invitation"))
    assert set(found.itertuples(index=False, name=None)) == {
        ("dsv", 2020, "sv", True, "no_consent", 1),
        ("dsv", 2020, "en", False, "left", 1),
    }
