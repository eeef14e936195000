"""Tell those who have answered to an event what they are to know: a seat, the line, changes, how to get in, thanks."""

from typing import Any

from prefect import flow
from prefect.states import Completed
from pydantic import BaseModel

from outreach.prefect_api import guard_reruns
from tasks.approve import approved_waves
from tasks.deliver import deliver_messages
from tasks.figures import publish_campaign_figures
from tasks.next_run import ended, paused_campaigns, plan_next_run
from tasks.notices import queue_notices
from tasks.open import open_campaigns
from tasks.render import render_messages
from tasks.select import select_recipients

DUTY = "event-notices"


class EventNotices(BaseModel):
    """Nothing to choose: whoever is to be told something is told. What a run is started with is of no matter."""


@flow(name=DUTY)
def event_notices(params: EventNotices = EventNotices()) -> Any:  # noqa: B008 - Prefect's form
    """Tell everyone of whom something has become true since the last run. Nobody is told a thing twice."""
    guard_reruns()
    campaigns, planned = send_notices()
    paused = paused_campaigns(DUTY, None, everyones=True)
    if not campaigns and not paused:
        return Completed(name="Nothing to tell", message="Nobody is to be told anything.")
    waiting = plan_next_run(DUTY, None, {}, campaigns)
    return ended(planned, waiting, paused)


def send_notices() -> tuple[list[int], int]:
    """The steps themselves, for another flow too: the campaigns there were, and how many people still wait."""
    queue_notices()
    campaigns = open_campaigns(DUTY, None, {})
    planned = 0
    for campaign in campaigns:
        select_recipients(campaign)
        render_messages(campaign)
        deliver_messages(campaign, approved_waves(campaign))
        planned += publish_campaign_figures(campaign)
    return campaigns, planned
