"""Hosts: the coordinators of an event get its links by mail, when it is new and when it is near."""

from prefect import get_run_logger, task

from outreach import clock
from outreach.mail import transport_from
from outreach.settings import settings
from outreach.visits import hosting


@task
def send_host_mails() -> int:
    """Mail those who have not been told yet. Returns how many mails were taken."""
    sent = hosting.send(transport_from(settings()), clock.now())
    get_run_logger().info("%s mails to hosts", sent)
    return sent
