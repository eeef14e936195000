"""Settle: what the provider reported becomes true in the ledger."""

from prefect import task

from outreach import settling


@task
def settle_reported_events() -> int:
    """Take in the events that no post of the provider has settled yet. Returns how many."""
    settling.note_unresolved()
    return settling.settle_all()


@task
def delete_old_events() -> int:
    """Events hold addresses: they go after `event_keep_days`. Returns how many."""
    return settling.forget_old()
