"""Snapshots: the figures of the overview, counted now and kept, so that a page shows them at once."""

from prefect import task

from outreach import clock
from outreach.database import session_scope
from outreach.queries import goals


@task
def keep_goals() -> int:
    """Count the goals of the whole university and of each department. Returns for how many."""
    with session_scope(reading=True) as session:
        found = goals.count(session, clock.now())
    with session_scope() as session:
        goals.keep(session, found, clock.now())
    return len(found)
