"""A client for the web, people to meet there, and the whole database as text."""

import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from outreach import clock, links, prefect_api
from outreach.database import engine, session_scope
from outreach.models import Base, Consent, Interest, Membership, Person, Study, Suppression
from outreach.web.app import create_app

with warnings.catch_warnings():  # it would rather have a newer httpx than Prefect allows
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

MakePerson = Callable[..., str]


@pytest.fixture(autouse=True)
def prefect_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no Prefect is, pages need not wait for further tries to learn it; those are tested beside `prefect_api`."""
    monkeypatch.setattr(prefect_api, "ATTEMPTS", 1)


@pytest.fixture
def client(home: object) -> Iterator[TestClient]:
    """A browser that does not follow redirects and is shown our page, not the traceback, when we fail."""
    with TestClient(create_app(), raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


@pytest.fixture
def make_person() -> MakePerson:
    """Put someone into the register; their public id."""

    def make(public_id: str = "kim", **fields: Any) -> str:
        now = clock.now()
        values = {
            "public_id": public_id,
            "student_uid": f"uid-{public_id}",
            "first_name": "Kim",
            "last_name": "Öberg",
            "email": f"{public_id}@student.example.org",
            "language": "sv",
            "membership": Membership.INVITED,
            "created_at": now,
            "updated_at": now,
            **fields,
        }
        values["address_hash"] = links.address_hash(values["email"]) if values["email"] else None
        with session_scope() as session:
            session.execute(insert(Person).values(**values))
        return public_id

    return make


@pytest.fixture
def kim(db: str, make_person: MakePerson) -> str:
    """An invited student with studies at a department, on both databases."""
    return with_studies(make_person("kim"))


def with_studies(public_id: str) -> str:
    with session_scope() as session:
        person_id = session.scalar(select(Person.id).where(Person.public_id == public_id))
        session.execute(
            insert(Study).values(
                person_id=person_id,
                department_code="dsv",
                programme_code="SMADE",
                programme_sv="Magisterprogram i data- och systemvetenskap",
                programme_en="Master's Programme in Computer and Systems Sciences",
                expected_end=(clock.now() + timedelta(days=50)).date(),
            )
        )
    return public_id


def person(public_id: str) -> Person:
    with session_scope(reading=True) as session:
        return session.scalars(select(Person).where(Person.public_id == public_id)).one()


def consents_of(public_id: str) -> list[tuple[str, bool, str]]:
    """(purpose, given, source), oldest first."""
    with session_scope(reading=True) as session:
        found = select(Consent.purpose, Consent.given, Consent.source).join(Person, Person.id == Consent.person_id)
        return [tuple(row) for row in session.execute(found.where(Person.public_id == public_id).order_by(Consent.id))]


def interests_of(public_id: str) -> set[str]:
    with session_scope(reading=True) as session:
        found = select(Interest.role).join(Person, Person.id == Interest.person_id)
        return set(session.scalars(found.where(Person.public_id == public_id)))


def suppressed(address: str) -> set[tuple[str, str]]:
    """(scope, reason)."""
    with session_scope(reading=True) as session:
        found = select(Suppression.scope, Suppression.reason)
        rows = session.execute(found.where(Suppression.address_hash == links.address_hash(address)))
        return {tuple(row) for row in rows}


def join_form(**changes: Any) -> dict[str, Any]:
    """What the join page sends when nothing is changed."""
    return {
        "first_name": "Kim",
        "last_name": "Öberg",
        "email": "kim@student.example.org",
        "language": "sv",
        "country": "",
        "city": "",
        "linkedin_url": "",
        **changes,
    }


def whole_database() -> str:
    """Every row of every table, in the order of its key: what must not change when nothing may change."""
    with engine().connect() as connection:
        lines = []
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(table.select().order_by(*table.primary_key.columns)).all()
            lines += [f"{table.name} {tuple(row)!r}" for row in rows]
        if connection.dialect.name == "sqlite":
            raw: Any = connection.connection.driver_connection
            lines += list(raw.iterdump())
        connection.execute(text("SELECT 1"))
        return "\n".join(lines)
