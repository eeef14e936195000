"""An address suppressed by two at the same moment, over two real connections: nobody fails, the first one stands."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from outreach.database import engine, session_scope
from outreach.models import ProviderEvent, Suppression
from outreach.provider_events import HARD_BOUNCE
from outreach.queries import bounces, suppressions
from tests.conftest import NOON

ADDRESS = "a" * 64
LATER = NOON + timedelta(minutes=1)
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def on_postgresql(db: str) -> None:
    """Two writers at once are PostgreSQL's alone: on SQLite the second waits for the first's end."""
    if engine().dialect.name != "postgresql":
        pytest.skip("SQLite has one writer")


def until_somebody_waits() -> None:
    """Come back once another connection waits for a lock."""
    end = time.monotonic() + 20
    with engine().connect() as looking:
        while not looking.scalar(text(WAITS)):
            looking.rollback()
            assert time.monotonic() < end, "nobody ever waited"


def stands() -> list[tuple[str, str, datetime]]:
    with session_scope(reading=True) as session:
        found = select(Suppression.scope, Suppression.reason, Suppression.at)
        return [tuple(row) for row in session.execute(found)]


def lay_own_no() -> bool:
    with session_scope() as session:
        return suppressions.lay(session, ADDRESS, suppressions.EVERYTHING, suppressions.UNSUBSCRIBED, LATER)


def lay_report() -> None:
    with session_scope() as session:
        event = {
            "event_id": "e",
            "kind": HARD_BOUNCE,
            "at": NOON,
            "address_hash": ADDRESS,
            "raw": "{}",
            "settled_in": 1,
        }
        session.execute(insert(ProviderEvent).values(event))
        bounces.suppress(session, 1)


def test_no_that_meets_a_provider_report_finds_the_address_suppressed(on_postgresql: None) -> None:
    with ThreadPoolExecutor(1) as pool:
        with session_scope() as session:
            session.execute(
                insert(Suppression).values(
                    address_hash=ADDRESS, scope=suppressions.EVERYTHING, reason="bounced", at=NOON
                )
            )
            second = pool.submit(lay_own_no)
            until_somebody_waits()
        assert second.result() is False
    assert stands() == [(suppressions.EVERYTHING, "bounced", NOON)]


def test_provider_report_that_meets_a_no_leaves_it_as_it_is(on_postgresql: None) -> None:
    with ThreadPoolExecutor(1) as pool:
        with session_scope() as session:
            assert suppressions.lay(session, ADDRESS, suppressions.EVERYTHING, suppressions.UNSUBSCRIBED, LATER)
            second = pool.submit(lay_report)
            until_somebody_waits()
        second.result()
    assert stands() == [(suppressions.EVERYTHING, suppressions.UNSUBSCRIBED, LATER)]


def test_address_is_suppressed_once_for_a_scope(db: str) -> None:
    with session_scope() as session:
        assert suppressions.lay(session, ADDRESS, "newsletter", suppressions.UNSUBSCRIBED, NOON)
        assert not suppressions.lay(session, ADDRESS, "newsletter", suppressions.ERASED, LATER)
        assert suppressions.lay(session, ADDRESS, suppressions.EVERYTHING, suppressions.ERASED, LATER)
    assert set(stands()) == {
        ("newsletter", suppressions.UNSUBSCRIBED, NOON),
        (suppressions.EVERYTHING, suppressions.ERASED, LATER),
    }
