"""Notices: what time has made true is written down, before those who have answered are told."""

from prefect import get_run_logger, task

from outreach import clock
from outreach.database import session_scope
from outreach.queries import seats
from outreach.visits import life


@task
def queue_notices() -> int:
    """Let offers lapse that nobody confirmed, and write what is due by each event's calendar. How much is new."""
    with session_scope() as session:
        lapsed = seats.lapse_offers(session, clock.now())
        due = life.queue(session, clock.now())
    get_run_logger().info("%s offered seats lapsed, %s notices came due", lapsed, due)
    return lapsed + due
