"""Tidy up what interrupted runs left behind, and close what is over."""

from typing import Any

from prefect import flow
from prefect.states import Completed

from outreach.prefect_api import guard_reruns
from tasks.tidy import close_expired_campaigns, settle_lost_batches


@flow(name="housekeeping")
def housekeeping() -> Any:
    """Mark lost batches as unknown and close expired campaigns. Never writes to anybody."""
    guard_reruns()
    lost, closed = settle_lost_batches(), close_expired_campaigns()
    return Completed(message=f"{lost} batches are unknown now, {closed} campaigns were closed.")
