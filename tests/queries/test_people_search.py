"""Finding people by their names, the same on both databases, and by an index."""

from typing import Any

import pytest
from sqlalchemy import insert, select, text

from outreach import clock
from outreach.database import engine, session_scope
from outreach.models import Person, Study
from outreach.queries import people_search
from outreach.queries.names import fold
from outreach.viewer import Viewer

CENTRAL = Viewer("coordinator:1", "Anna", "sv", None)
ARCHAEOLOGY = Viewer("coordinator:2", "Tove", "sv", frozenset({"arkeologi"}))
PEOPLE = [
    ("Åsa", "Öberg"),
    ("Anna Maria", "von Essen"),
    ("Berg", "Åkesson"),
    ("José", "Núñez-Öberg"),
    ("Li", "O’Connor"),
]


@pytest.fixture
def laid(db: str) -> None:
    now = clock.now()
    with session_scope() as session:
        for number, (first, last) in enumerate(PEOPLE):
            folded = {"first_folded": fold(first), "last_folded": fold(last)}
            row: dict[str, Any] = {
                "id": number + 1,
                "public_id": last,
                "first_name": first,
                "last_name": last,
                **folded,
            }
            session.execute(insert(Person).values(**row, created_at=now, updated_at=now))
        studied = {"person_id": 1, "department_code": "arkeologi", "programme_code": "X"}
        session.execute(insert(Study).values(studied))


def found(typed: str, viewer: Viewer = CENTRAL) -> list[str]:
    with session_scope(reading=True) as session:
        return [one.public_id for one in people_search.by_name(session, viewer, typed)]


@pytest.mark.parametrize(
    ("typed", "last_names"),
    [
        ("öberg", ["Öberg"]),
        ("OBE", ["Öberg"]),
        ("von ess", ["von Essen"]),
        ("maria essen", []),  # the family name is searched from its own beginning
        ("maria von", ["von Essen"]),
        ("anna maria", ["von Essen"]),  # nobody's family name: the first names
        ("berg", ["Åkesson"]),
        ("akesson berg", ["Åkesson"]),
        ("nunez", ["Núñez-Öberg"]),
        ("jose oberg", ["Núñez-Öberg"]),
        ("o connor", ["O’Connor"]),
        ("a", []),
        ("", []),
        ("' OR 1=1", []),
        ("%_\\", []),
    ],
)
def test_names_begin_as_they_were_typed(laid: None, typed: str, last_names: list[str]) -> None:
    assert found(typed) == last_names


def test_departments_find_their_own(laid: None) -> None:
    assert found("oberg", ARCHAEOLOGY) == ["Öberg"]
    assert found("nunez", ARCHAEOLOGY) == []


def test_a_name_is_a_stretch_of_the_index(laid: None) -> None:
    if engine().dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads five rows whole, and rightly so")
    begins = select(Person.id).where(people_search.name_begins(Person.last_folded, "oberg"))
    compiled = str(begins.compile(engine(), compile_kwargs={"literal_binds": True}))
    with engine().connect() as connection:
        plan = repr(connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all())
    assert "ix_people_last_folded" in plan
