"""One run of the duty, in a process that may be killed at any moment."""

import sys

from outreach import delivery
from outreach.errors import OutreachError
from outreach.mail import transport_from
from outreach.mail.sendgrid import SendGrid
from outreach.outgoing import Transport
from outreach.settings import settings
from tests.spine.conftest import run_duty

STOPPED_BY_ITSELF = 75  # the provider takes nothing now, or left too much in doubt: the next run goes on
PATIENCE_SECONDS = 3.0  # with a provider that hangs


def run_once() -> None:
    """Leaves with 0 when nothing is left, STOPPED_BY_ITSELF for a failure we explain, 1 and a traceback for others."""
    try:
        delivery.give_up_on_the_dead()  # as housekeeping does
        run_duty(transport=_transport())
    except OutreachError:
        sys.exit(STOPPED_BY_ITSELF)


def _transport() -> Transport:
    """The one that is set, but SendGrid's with little patience, so that a test of hanging does not take the day."""
    its = settings()
    if its.transport == "sendgrid":
        return SendGrid(its.sendgrid_api_key.get_secret_value(), its.sendgrid_host, "global", PATIENCE_SECONDS)
    return transport_from(its)
