"""A snapshot takes the place of the one before it, department by department."""

from datetime import timedelta

from outreach import clock
from outreach.database import session_scope
from outreach.queries import snapshots


def test_newer_snapshot_takes_the_place_of_the_older_for_its_department_alone(db: str) -> None:
    earlier, now = clock.now() - timedelta(hours=1), clock.now()
    with session_scope() as session:
        snapshots.keep(session, "goals", {"": {"members": 1}, "dsv": {"members": 2}}, earlier)
        snapshots.keep(session, "goals", {"dsv": {"members": 3}}, now)
    with session_scope(reading=True) as session:
        assert snapshots.kept(session, "goals") == ({"members": 1}, earlier)
        assert snapshots.kept(session, "goals", "dsv") == ({"members": 3}, now)
        assert snapshots.kept(session, "forecast") is None
