"""What people said, and what they stopped: consents and suppressions by themselves."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from outreach import links
from outreach.database import session_scope
from outreach.duties import purposes
from outreach.models import Consent, Interest, Person
from outreach.queries import consents, people, suppressions
from tests.conftest import NOON

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def someone(db: str) -> int:
    with session_scope() as session:
        return session.execute(
            insert(Person)
            .values(
                public_id="p", email="old@example.org", address_hash=links.address_hash("old@example.org"),
                created_at=NOON, updated_at=NOON,
            )
            .returning(Person.id)
        ).scalar_one()  # fmt: skip


def test_newest_answer_holds_and_carries_the_wording_of_its_language(someone: int) -> None:
    with session_scope() as session:
        consents.answer(session, someone, {"newsletter": True}, language="en", source="test", at=NOON)
        consents.answer(
            session, someone, {"newsletter": False, "events": False}, language="sv", source="test", at=LATER
        )
        assert consents.standing(session, someone) == {"newsletter": False}
        wordings = session.scalars(select(Consent.wording).order_by(Consent.id)).all()
    newsletter = purposes()["newsletter"]
    assert wordings == [newsletter.wording_en, newsletter.wording_sv]


def test_objection_is_recorded_though_nobody_was_asked(someone: int) -> None:
    with session_scope() as session:
        consents.withdraw(session, someone, ["invitation"], language="sv", source="test", at=NOON)
        row = session.scalars(select(Consent)).one()
        assert (row.purpose, row.given, row.legal_basis) == ("invitation", False, "public_interest")
        assert consents.restorable(session, someone, "test") == (NOON, {"invitation"})


def test_only_the_last_no_can_be_taken_back(someone: int) -> None:
    with session_scope() as session:
        consents.answer(session, someone, {"newsletter": True, "events": True}, language="sv", source="join", at=NOON)
        consents.withdraw(session, someone, ["newsletter"], language="sv", source="test", at=LATER)
        consents.withdraw(
            session, someone, ["events", "surveys"], language="sv", source="test", at=LATER + timedelta(hours=1)
        )
        assert consents.restorable(session, someone, "test") == (LATER + timedelta(hours=1), {"events"})
        assert consents.restorable(session, someone, "elsewhere") is None


def test_suppression_is_laid_once_and_the_first_reason_stands(someone: int) -> None:
    with session_scope() as session:
        assert suppressions.lay(session, "h" * 64, "all", "bounced", NOON)
        assert not suppressions.lay(session, "h" * 64, "all", "unsubscribed", LATER)
        assert suppressions.scopes(session, "h" * 64) == {"all": "bounced"}
        assert suppressions.scopes(session, None) == {}


def test_person_lifts_only_what_bears_the_time_of_their_own_no(someone: int) -> None:
    with session_scope() as session:
        consents.withdraw(session, someone, ["newsletter"], language="sv", source="test", at=NOON)
        suppressions.lay(session, "a" * 64, "newsletter", "unsubscribed", NOON)
        suppressions.lay(session, "b" * 64, "newsletter", "unsubscribed", LATER)
        for address in ("a" * 64, "b" * 64):
            suppressions.lift(session, someone, address, "newsletter")
        assert suppressions.scopes(session, "a" * 64) == {}
        assert suppressions.scopes(session, "b" * 64) == {"newsletter": "unsubscribed"}


def test_new_address_takes_along_what_was_stopped_and_leaves_what_bounced(someone: int) -> None:
    old, new = links.address_hash("old@example.org"), links.address_hash("new@example.org")
    with session_scope() as session:
        consents.withdraw(session, someone, ["newsletter"], language="sv", source="test", at=NOON)
        suppressions.lay(session, old, "newsletter", "unsubscribed", NOON)
        suppressions.lay(session, old, "all", "bounced", NOON)
        person = people.by_public_id(session, "p", to_change=True)
        assert person is not None
        assert people.save_profile(session, person, {"email": "new@example.org"}, LATER) == {"email"}
        assert suppressions.scopes(session, new) == {"newsletter": "unsubscribed"}
        assert suppressions.scopes(session, old) == {"newsletter": "unsubscribed", "all": "bounced"}
        assert person.address_hash == new
        assert person.own_fields == "email"


def test_role_that_stays_keeps_its_date(someone: int) -> None:
    with session_scope() as session:
        people.set_interests(session, someone, {"mentor", "interview"}, NOON)
        people.set_interests(session, someone, {"mentor", "ambassador"}, LATER)
        found = session.execute(select(Interest.role, Interest.at)).all()
    assert {(row.role, row.at) for row in found} == {("mentor", NOON), ("ambassador", LATER)}
