"""Read the mail that came back."""

from typing import Any

from prefect import flow
from prefect.states import Completed

from outreach.prefect_api import guard_reruns
from tasks.bounces import read_bounce_maildir, read_dropped_bounces
from tasks.settle import settle_reported_events


@flow(name="read-bounces")
def read_bounces() -> Any:
    """Take in the reports that mail servers sent back, settle them into the ledger, and put the mails away.

    A mail that is no report about a message of ours changes nothing and is put aside. Never writes to anybody.
    """
    guard_reruns()
    taken = read_bounce_maildir() + read_dropped_bounces()
    settled = settle_reported_events()
    if taken.reports + taken.other + settled == 0:
        return Completed(name="Nothing to read", message="No mail has come back.")
    return Completed(
        message=f"{taken.reports} reports were read with {taken.new} new events, {settled} events were settled, "
        f"{taken.other} other mails were put aside."
    )
