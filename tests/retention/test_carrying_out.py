"""What has been kept for its time goes, written first; what has not stays; dying in between loses nothing."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from typer.testing import CliRunner

from outreach import clock, retention
from outreach.cli.commands import app
from outreach.database import engine, session_scope
from outreach.departments import departments
from outreach.errors import TemporaryFailure
from outreach.event import Answer
from outreach.links import address_hash
from outreach.models import Audit, Membership, Notice, Person, Rsvp, Study, Suppression
from outreach.queries import guests, seats
from outreach.queries.retention import years_before
from outreach.retention import archive
from tests.seats.conftest import lay_event

LONG_AGO = timedelta(days=365 * 8)
NONE, INVITED, MEMBER, LEFT = Membership.NONE, Membership.INVITED, Membership.MEMBER, Membership.LEFT


def put(name: str, membership: Membership = NONE, *, known: timedelta = LONG_AGO, ends: timedelta | None = None,
        missing: timedelta | None = None, studies: bool = True, **fields: Any) -> int:  # fmt: skip
    """Somebody known for so long, whose studies ended, or went missing, so long ago."""
    now, email = clock.now(), f"{name}@example.org"
    with session_scope() as session:
        person = insert(Person).values(
            public_id=name, student_uid=f"uid-{name}", first_name="Kim", last_name=f"Canary{name}", email=email,
            address_hash=address_hash(email), membership=membership, created_at=now - known, updated_at=now, **fields,
        )  # fmt: skip
        number: int = session.execute(person.returning(Person.id)).scalar_one()
        if studies:
            session.execute(insert(Study).values(
                person_id=number, department_code=next(iter(departments())), programme_code="X",
                expected_end=None if ends is None else clock.today() - ends,
                missing_since=None if missing is None else now - missing,
            ))  # fmt: skip
    return number


def people() -> set[str]:
    with session_scope(reading=True) as session:
        return set(session.scalars(select(Person.public_id)))


def written(home: Path, name: str) -> list[dict[str, Any]]:
    files = sorted((home / "var" / "retention").glob(f"*/{name}.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_who_never_joined_goes_years_after_their_studies_and_nobody_else(db: str, home: Path) -> None:
    put("over", ends=LONG_AGO)
    put("invited", INVITED, ends=LONG_AGO, invited_at=clock.now() - LONG_AGO)
    put("nothing", studies=False)
    put("missing", missing=LONG_AGO)
    kept = {
        "recent": put("recent", ends=timedelta(days=30)),
        "still": put("still", ends=-timedelta(days=30)),
        "open": put("open"),
        "lately": put("lately", ends=LONG_AGO, missing=timedelta(days=30)),
        "new": put("new", ends=LONG_AGO, known=timedelta(days=30)),
        "member": put("member", MEMBER, ends=LONG_AGO),
    }
    assert retention.preview()["never_joined_years"] == 4
    assert people() == {*kept, "over", "invited", "nothing", "missing"}
    assert retention.carry_out()["people"] == 4
    assert people() == set(kept)
    assert {row["public_id"] for row in written(home, "people")} == {"over", "invited", "nothing", "missing"}
    assert retention.carry_out()["people"] == 0


def test_who_left_goes_some_years_later_and_is_never_written_to_again(db: str, home: Path) -> None:
    put("gone", LEFT, ends=LONG_AGO, left_at=clock.now() - timedelta(days=800))
    put("just", LEFT, ends=LONG_AGO, left_at=clock.now() - timedelta(days=30))
    assert retention.carry_out()["people"] == 1
    assert people() == {"just"}
    with session_scope(reading=True) as session:
        laid = select(Suppression.reason).where(Suppression.address_hash == address_hash("gone@example.org"))
        assert session.scalars(laid).all() == ["erased"]
        noted = session.execute(select(Audit.actor, Audit.action, Audit.subject)).all()
        assert [tuple(row) for row in noted] == [("housekeeping", "expired", "gone")]
    with engine().connect() as connection:
        assert "Canarygone" not in repr(connection.execute(text("SELECT * FROM people")).all())


def test_answers_to_events_of_long_ago_are_nobodys_and_still_counted(db: str, home: Path) -> None:
    number = put("member", MEMBER, ends=LONG_AGO)
    event = lay_event()
    with session_scope() as session:
        seats.answer(session, event, number, Answer.YES, 1, "Nötter", version=0, now=clock.now())
        before = guests.counts(session, event.id)
    assert retention.carry_out()["event_answers"] == 0
    with clock.frozen(clock.now() + timedelta(days=800)):
        assert retention.preview()["event_answer_days"] == 1
        assert retention.carry_out()["event_answers"] == 1
    with session_scope(reading=True) as session:
        row = session.scalars(select(Rsvp)).one()
        assert (row.person_id, row.needs, row.guests) == (None, "", 1)
        assert guests.counts(session, event.id) == before
        assert session.scalar(select(func.count()).select_from(Notice)) == 0
    assert [row["needs"] for row in written(home, "event_answers")] == ["Nötter"]


def test_old_lines_of_the_audit_trail_go(db: str, home: Path) -> None:
    with session_scope() as session:
        for days in (2000, 10):
            at = clock.now() - timedelta(days=days)
            session.execute(insert(Audit).values(at=at, actor="cli", action="looked_at", subject=f"p{days}", detail={}))
    assert retention.carry_out()["audit"] == 1
    with session_scope(reading=True) as session:
        assert session.scalars(select(Audit.subject)).all() == ["p10"]
    assert [row["subject"] for row in written(home, "audit")] == ["p2000"]


def test_files_are_the_owners_alone_and_go_themselves(sqlite_db: str, home: Path) -> None:
    put("over", ends=LONG_AGO)
    retention.carry_out()
    file = next((home / "var" / "retention").glob("*/people.jsonl"))
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    (home / "var" / "retention" / "not ours").mkdir()
    with clock.frozen(clock.now() + timedelta(days=29)):
        assert retention.carry_out()["archives"] == 0
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert retention.carry_out()["archives"] == 1
    assert not file.exists()
    assert (home / "var" / "retention" / "not ours").is_dir()


def test_nobody_goes_whom_the_disk_has_not_got(sqlite_db: str, home: Path) -> None:
    put("over", ends=LONG_AGO)
    (home / "var").mkdir(exist_ok=True)
    (home / "var" / "retention").write_text("in the way", encoding="utf-8")
    with pytest.raises(TemporaryFailure, match="nothing was deleted"):
        retention.carry_out()
    assert people() == {"over"}


def test_killed_between_writing_and_deleting_nobody_is_lost(
    sqlite_db: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("over", ends=LONG_AGO)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("outreach.erasing.copies.clear_all", killed)
        with pytest.raises(KeyboardInterrupt):
            retention.carry_out()
    assert people() == {"over"}
    assert [row["public_id"] for row in written(home, "people")] == ["over"]
    assert retention.carry_out()["people"] == 1
    assert people() == set()
    assert {row["public_id"] for row in written(home, "people")} == {"over"}


def test_many_go_some_at_a_time(sqlite_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.retention.carrying_out.AT_ONCE", 2)
    monkeypatch.setattr("outreach.retention.carrying_out.MOST_PEOPLE", 4)
    for number in range(7):
        put(f"p{number}", ends=LONG_AGO)
    assert [retention.carry_out()["people"] for _ in range(3)] == [4, 3, 0]


def test_what_a_person_answered_in_surveys_is_not_archived(sqlite_db: str, home: Path) -> None:
    put("over", ends=LONG_AGO)
    retention.carry_out()
    assert not list((home / "var" / "retention").glob("*/survey_answers.jsonl"))
    assert archive.folder() == home / "var" / "retention"


def test_the_command_counts_first_and_deletes_only_when_told(
    sqlite_db: str, set_environment: Callable[..., None]
) -> None:
    put("over", ends=LONG_AGO)
    set_environment(retention__never_joined_years=3)
    said = CliRunner().invoke(app, ["retention", "--preview"])
    assert said.exit_code == 0
    assert "1  people who never joined, 3 years after their studies" in said.output
    assert people() == {"over"}
    assert "1 people" in CliRunner().invoke(app, ["retention"]).output
    assert people() == set()


def test_a_leap_day_some_years_earlier_is_the_day_before() -> None:
    assert years_before(date(2028, 2, 29), 5) == date(2023, 2, 28)
    assert years_before(date(2026, 11, 22), 5) == date(2021, 11, 22)
