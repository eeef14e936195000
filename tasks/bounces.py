"""Returned mail: read where the mail server lays it, and from the drop folder."""

from prefect import get_run_logger, task

from outreach.bounces import taking
from outreach.bounces.taking import Taken


@task
def read_bounce_maildir() -> Taken:
    """Take in what waits in the Maildir, where one is set."""
    return _told("Maildir", taking.read_maildir())


@task
def read_dropped_bounces() -> Taken:
    """Take in the mails that lie in the drop folder."""
    return _told("drop folder", taking.read_dropped())


def _told(place: str, taken: Taken) -> Taken:
    get_run_logger().info("%s: %s reports, %s events new, %s other", place, taken.reports, taken.new, taken.other)
    return taken
