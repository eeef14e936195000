"""Tidy up what interrupted runs left behind, and close what is over."""

from typing import Any

from prefect import flow
from prefect.states import Completed

from outreach.prefect_api import guard_reruns
from tasks.campaign_figures import keep_campaign_figures
from tasks.settle import delete_old_events, settle_reported_events
from tasks.snapshots import keep_goals
from tasks.surveys import cut_links
from tasks.tidy import (
    carry_out_retention,
    close_expired_campaigns,
    delete_forgotten_pictures,
    delete_old_register_files,
    forget_what_is_over,
    settle_lost_batches,
    take_out_of_linkedin,
)


@flow(name="housekeeping")
def housekeeping() -> Any:
    """Mark lost batches as unknown, settle what the provider reported, close expired campaigns, take back what may not
    be posted any more, cut what leads to people's answers, delete what is old, count what the overview shows.

    Never writes to anybody.
    """
    guard_reruns()
    lost, settled, closed = settle_lost_batches(), settle_reported_events(), close_expired_campaigns()
    files, events, pictures = delete_old_register_files(), delete_old_events(), delete_forgotten_pictures()
    cut_links(days_late=1)  # the duty's own run does it first, if it can: whoever answered is thanked before
    keep_goals()
    keep_campaign_figures()
    forget_what_is_over()
    gone = carry_out_retention()
    posts = take_out_of_linkedin()  # last: a folder that cannot be written fails the run, with the rest done
    tidied = (
        f"{lost} batches are unknown now, {settled} events were settled, {closed} campaigns were closed, "
        f"{files} register files, {events} old events and {pictures} pictures were deleted, "
        f"{gone['people']} people and {gone['event_answers']} answers to events had been kept for their time, "
        f"{posts} posts were taken out of the LinkedIn files."
    )
    return Completed(message=tidied)
