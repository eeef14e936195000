"""Tidy up what interrupted runs left behind, and close what is over."""

from typing import Any

from prefect import flow
from prefect.states import Completed

from outreach.prefect_api import guard_reruns
from tasks.tidy import close_expired_campaigns, delete_old_register_files, settle_lost_batches


@flow(name="housekeeping")
def housekeeping() -> Any:
    """Mark lost batches as unknown, close expired campaigns, delete old register files. Never writes to anybody."""
    guard_reruns()
    lost, closed = settle_lost_batches(), close_expired_campaigns()
    deleted = delete_old_register_files()
    tidied = f"{lost} batches are unknown now, {closed} campaigns were closed, {deleted} register files were deleted."
    return Completed(message=tidied)
