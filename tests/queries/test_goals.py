"""The figures of the overview equal those counted by hand on a small register, on both databases."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from outreach import clock
from outreach.database import session_scope
from outreach.departments import departments
from outreach.models import (
    Campaign,
    EventRow,
    Person,
    Recipient,
    Rsvp,
    Study,
    Suppression,
    Survey,
    SurveyMember,
)
from outreach.queries import goals, snapshots
from tasks.snapshots import keep_goals
from tests.conftest import NOON

DEGREE = date(2026, 9, 1)


def put(table: Any, *rows: dict[str, Any]) -> None:
    with session_scope() as session:
        session.execute(insert(table), list(rows))


def members(joined: dict[str, datetime | None], studies: Iterable[tuple[str, str]]) -> dict[str, int]:
    """People by name, with when they became members (None: not), and (name, department) of their degrees. Their ids."""
    ids = {name: number for number, name in enumerate(joined, start=1)}
    put(Person, *(
        {"id": ids[name], "public_id": name, "email": f"{name}@example.org", "own_fields": "", "created_at": NOON,
         "updated_at": NOON, "joined_at": at, "membership": "member" if at else "none"}
        for name, at in joined.items()
    ))  # fmt: skip
    put(Study, *(
        {"person_id": ids[name], "department_code": code, "programme_code": f"P-{code}", "completed_on": DEGREE}
        for name, code in studies
    ))  # fmt: skip
    return ids


def counted() -> dict[str, dict[str, Any]]:
    with session_scope(reading=True) as session:
        return goals.count(session, clock.now())


def test_members_stand_in_each_department_of_theirs_and_once_in_the_whole(db: str) -> None:
    members(
        {
            "ada": datetime(2026, 10, 31, 22, 59, tzinfo=UTC),  # still October at the office
            "bo": datetime(2026, 10, 31, 23, 1, tzinfo=UTC),  # November there
            "cia": datetime(2024, 5, 5, 12, tzinfo=UTC),
            "dan": None,
        },
        [("ada", "arkeologi"), ("ada", "fysikum"), ("bo", "fysikum"), ("cia", "fysikum"), ("dan", "fysikum")],
    )
    found = counted()
    assert [found[code]["members"] for code in ("", "arkeologi", "fysikum", "dsv")] == [3, 1, 3, 0]
    assert [found[code]["new_members"] for code in ("", "arkeologi", "fysikum")] == [2, 1, 2]
    assert [found[code]["people"] for code in ("", "arkeologi", "fysikum")] == [4, 1, 4]
    by_month = dict(found[""]["joined"])
    assert next(iter(by_month)) == "2025-12"
    assert {month: people for month, people in by_month.items() if people} == {"2026-10": 1, "2026-11": 1}
    assert dict(found["arkeologi"]["joined"])["2026-11"] == 0
    assert found["fysikum"]["classes"] == [["2026-HT", 4, 3]]
    assert found["arkeologi"]["classes"] == [["2026-HT", 1, 1]]
    assert found[""]["classes"] == [["2026-HT", 5, 4]]  # who is in two departments' classes counts in both
    assert found["dsv"]["classes"] == []


def test_guests_are_counted_with_those_they_bring_at_this_years_events_alone(db: str) -> None:
    def event(number: int, starts: datetime, code: str | None, status: str = "planned") -> dict[str, Any]:
        return {
            "id": number, "public_id": f"e{number}", "slug": f"e{number}", "title_sv": "", "title_en": "", "venue": "",
            "city": "", "country": "SE", "latitude": 0.0, "longitude": 0.0, "time_zone": "Europe/Stockholm",
            "starts_at": starts, "ends_at": starts, "answer_by": starts.date(), "capacity": 9, "created_at": NOON,
            "updated_at": NOON, "department_code": code, "status": status,
        }  # fmt: skip

    ago, ahead = NOON - timedelta(days=30), NOON + timedelta(days=9)
    put(EventRow, event(1, ago, "fysikum"), event(2, ahead, None))
    put(EventRow, event(3, NOON - timedelta(days=400), "fysikum"), event(4, ahead, "fysikum", "cancelled"))
    came = {"answer": "yes", "seat": "seated", "answered_at": NOON, "changed_at": NOON, "checked_in_at": NOON}
    comes = {**came, "checked_in_at": None, "guests_came": 0}
    put(Rsvp,
        {**came, "event_id": 1, "guests": 1, "guests_came": 1}, {**came, "event_id": 1, "guests": 0, "guests_came": 0},
        {**comes, "event_id": 1, "guests": 3}, {**comes, "event_id": 2, "guests": 2},
        {**comes, "event_id": 2, "guests": 0, "seat": "waiting"},
        {**came, "event_id": 3, "guests": 5, "guests_came": 5},
        {**comes, "event_id": 4, "guests": 1})  # fmt: skip
    found = counted()
    figures = ("events", "guests", "coming")
    assert [found[""][name] for name in figures] == [2, 3, 3]
    assert [found["fysikum"][name] for name in figures] == [1, 3, 0]
    assert [found["arkeologi"][name] for name in figures] == [0, 0, 0]


def test_department_has_its_own_surveys_and_its_part_of_the_universitys(db: str) -> None:
    def survey(number: int, code: str | None, closes: datetime) -> dict[str, Any]:
        return {
            "id": number, "public_id": f"s{number}", "slug": f"s{number}", "questionnaire": "career",
            "cohort_month": date(2025, 6, 1), "cohort_until": date(2025, 6, 30), "months_after": 15,
            "department_code": code, "opened_at": NOON - timedelta(days=50), "closes_at": closes, "cut_on": DEGREE,
        }  # fmt: skip

    def asked(number: int, code: str, answered: bool, excluded: str = "") -> dict[str, Any]:
        return {"survey_id": number, "department_code": code, "answered": answered, "excluded": excluded}

    put(Survey, survey(1, None, NOON - timedelta(days=1)), survey(2, "dsv", NOON + timedelta(days=1)))
    put(SurveyMember, asked(1, "fysikum", True), asked(1, "fysikum", False), asked(1, "arkeologi", True),
        asked(1, "fysikum", False, "still_studying"), asked(2, "dsv", False))  # fmt: skip

    def rates(code: str) -> list[tuple[str, bool, int, int]]:
        return [(one["slug"], one["closed"], one["asked"], one["answered"]) for one in found[code]["surveys"]]

    found = counted()
    assert rates("") == [("s1", True, 3, 2), ("s2", False, 1, 0)]
    assert rates("fysikum") == [("s1", True, 2, 1)]
    assert rates("dsv") == [("s2", False, 1, 0)]
    assert rates("arkeologi") == [("s1", True, 1, 1)]


def test_messages_stand_in_the_month_they_left_and_with_whose_campaign_it_is(db: str) -> None:
    def campaign(number: int, code: str | None) -> dict[str, Any]:
        return {
            "id": number, "key": f"k{number}", "duty": "quarterly-newsletter", "period": "p", "department_code": code,
            "opened_at": NOON, "parameters": {}, "status": "open",
        }  # fmt: skip

    def sent(number: int, campaign_id: int, status: str, days_ago: int | None) -> dict[str, Any]:
        at = None if days_ago is None else NOON - timedelta(days=days_ago)
        return {
            "token": f"t{number}", "campaign_id": campaign_id, "wave": 1, "language": "sv", "status": status,
            "department_code": "arkeologi", "selected_at": NOON, "accepted_at": at,
        }  # fmt: skip

    put(Campaign, campaign(1, "fysikum"), campaign(2, None))
    told = [(1, "delivered", 1), (1, "bounced", 1), (1, "dropped", 40), (2, "complained", 1), (2, "delivered", 100),
            (2, "planned", None), (2, "unknown", None), (1, "delivered", 500), (1, "excluded", None)]  # fmt: skip
    put(Recipient, *(sent(number, *one) for number, one in enumerate(told)))
    put(Suppression, {"address_hash": "a", "reason": "bounced", "at": NOON},
        {"address_hash": "b", "reason": "unsubscribed", "at": NOON - timedelta(days=91)})  # fmt: skip
    found = counted()
    months = {row[0]: row[1:] for row in found[""]["messages"] if row[1]}
    assert months == {"2026-11": [3, 1, 1], "2026-10": [1, 1, 0], "2026-08": [1, 0, 0]}
    assert found[""]["delivery"] == {"sent": 4, "arrived": 2, "bounced": 2, "complained": 1, "unknown": 1}
    assert found["fysikum"]["delivery"] == {"sent": 3, "arrived": 1, "bounced": 2, "complained": 0, "unknown": 0}
    assert found["arkeologi"]["delivery"]["sent"] == 0
    assert found[""]["suppressed"] == {"bounced": 1}
    assert "suppressed" not in found["fysikum"]


def test_what_is_counted_each_hour_is_what_the_page_reads(db: str) -> None:
    members({"ada": NOON, "dan": None}, [("ada", "fysikum"), ("dan", "fysikum")])
    assert keep_goals.fn() == 1 + len(departments())
    with session_scope(reading=True) as session:
        kept = {code: snapshots.kept(session, goals.NAME, code) for code in ("", "fysikum", "dsv", "nobody")}
    assert {code: one and (one.content["members"], one.made_at) for code, one in kept.items()} == {
        "": (1, NOON), "fysikum": (1, NOON), "dsv": (0, NOON), "nobody": None,
    }  # fmt: skip
