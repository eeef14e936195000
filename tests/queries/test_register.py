"""The register as frames, and its set-based writes."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import insert, select

from outreach import clock, database
from outreach.departments import departments
from outreach.links import address_hash
from outreach.models import Membership, Person, Study, Suppression
from outreach.queries import consents, register, suppressions

AT = datetime(2026, 11, 22, 11, tzinfo=UTC)


def add(uid: str, **columns: Any) -> int:
    """Put a person into the register as they stand; their id."""
    columns = {"public_id": uid, "student_uid": uid, "created_at": AT, "updated_at": AT} | columns
    with database.session_scope() as session:
        return session.execute(insert(Person).values(**columns).returning(Person.id)).scalar_one()


def study(person_id: int, **columns: Any) -> None:
    with database.session_scope() as session:
        code = next(iter(departments()))
        session.execute(insert(Study).values(person_id=person_id, programme_code="P", department_code=code, **columns))


def person(uid: str) -> Person:
    with database.session_scope(reading=True) as session:
        return session.scalars(select(Person).where(Person.student_uid == uid)).one()


def given(number: int, **columns: Any) -> pd.DataFrame:
    nothing = dict.fromkeys(register.PERSON_COLUMNS)
    return pd.DataFrame([{"id": number, "student_uid": "u1", "registered": columns.get("email")} | nothing | columns])


def test_empty_register_gives_empty_frames_with_all_columns(db: str) -> None:
    with database.session_scope(reading=True) as session:
        people, studies = register.people(session), register.studies(session)
    assert people.empty
    assert studies.empty
    assert {"id", "student_uid", "own_fields", "register_address_hash", *register.PERSON_COLUMNS} == set(people.columns)
    assert {"id", "person_id", "programme_code", "source", "missing_since", *register.STUDY_COLUMNS} == set(studies)


def test_register_is_read_as_text_numbers_and_iso_days(db: str) -> None:
    number = add("u1", email=None, first_name="Åsa")
    study(number, credits_done=7.5, expected_end=date(2027, 1, 17), missing_since=AT)
    with database.session_scope(reading=True) as session:
        people, studies = register.people(session), register.studies(session)
    assert people.loc[0, ["id", "first_name", "own_fields"]].tolist() == [number, "Åsa", ""]
    assert people["email"].isna().all()
    assert studies.loc[0, ["credits_done", "expected_end", "missing_since"]].tolist() == [7.5, "2027-01-17", AT]
    assert studies["completed_on"].isna().all()


def test_new_people_get_ids_hashes_and_unguessable_public_ids(db: str) -> None:
    rows = pd.DataFrame(
        [
            dict.fromkeys(register.PERSON_COLUMNS)
            | {"student_uid": uid, "email": email, "membership": Membership.NONE, "joined_at": None}
            for uid, email in [("u1", "a@example.org"), ("u2", None)]
        ],
        index=["x", "y"],
    )
    with database.session_scope() as session:
        ids = register.add_people(session, rows, clock.now())
    assert ids.to_dict() == {"x": person("u1").id, "y": person("u2").id}
    assert (person("u1").address_hash, person("u2").address_hash) == (address_hash("a@example.org"), None)
    assert (person("u1").first_name, person("u1").language) == ("", "sv")
    assert len({person("u1").public_id, person("u2").public_id}) == 2


def test_what_a_person_said_is_read_in_the_statement_itself(db: str) -> None:
    """So a profile saved while a file is being compared is not overwritten."""
    number = add(
        "u1", email="me@home.example", address_hash="mine", own_fields="city email", city="Lund", latitude=55.7
    )
    changed = given(number, email="register@example.org", city="Oslo", first_name="A", last_name="B", language="en")
    with database.session_scope() as session:
        register.change_people(session, changed, clock.now())
    after = person("u1")
    assert (after.email, after.address_hash, after.city, after.latitude) == ("me@home.example", "mine", "Lund", 55.7)
    assert (after.first_name, after.language) == ("A", "en")


@pytest.mark.parametrize(("city", "latitude"), [("Lund", 55.7), ("Oslo", None)])
def test_place_is_found_again_only_when_its_name_changed(db: str, city: str, latitude: float | None) -> None:
    number = add("u1", city="Lund", country="SE", latitude=55.7)
    with database.session_scope() as session:
        register.change_people(session, given(number, city=city, country="SE"), clock.now())
    assert person("u1").latitude == latitude


def test_withdrawn_people_lose_address_place_and_studies_and_are_suppressed_once(db: str) -> None:
    number = add("u1", email="a@example.org", address_hash="h1", city="Lund", country="SE", latitude=1.0)
    add("u2", email="b@example.org", address_hash="h2")
    study(number)
    hidden = pd.DataFrame({"id": [number], "reason": ["protected"]})
    for _ in range(2):
        with database.session_scope() as session:
            register.withdraw(session, hidden, clock.now())
    after = person("u1")
    assert (after.email, after.address_hash, after.city, after.country, after.latitude) == (None,) * 5
    assert person("u2").email == "b@example.org"
    with database.session_scope(reading=True) as session:
        assert session.scalars(select(Study)).all() == []
        laid = [(row.address_hash, row.scope, row.reason, row.at) for row in session.scalars(select(Suppression))]
    assert laid == [("h1", "all", "protected", clock.now())]


def test_what_someone_stopped_follows_them_to_the_registers_new_address(db: str) -> None:
    number = add("u1", email="a@example.org", address_hash=address_hash("a@example.org"))
    with database.session_scope() as session:
        consents.withdraw(session, number, ["newsletter"], language="sv", source="unsubscribe", at=AT)
        suppressions.lay(session, address_hash("a@example.org"), "newsletter", suppressions.UNSUBSCRIBED, AT)
        suppressions.lay(session, address_hash("a@example.org"), "all", "bounced", AT)
        register.change_people(session, given(number, email="b@example.org"), clock.now())
        assert suppressions.scopes(session, address_hash("b@example.org")) == {"newsletter": "unsubscribed"}
        assert set(suppressions.scopes(session, address_hash("a@example.org"))) == {"newsletter", "all"}
