"""Steer: a coordinator pauses, resumes or cancels a campaign."""

from prefect import task

from outreach import steering
from outreach.errors import PermanentFailure
from outreach.prefect_api import may_work_later
from outreach.steering import Steered, Turn


@task
def steer_campaign(key: str, coordinator: str, turn: Turn) -> Steered:
    """Record the decision. Raises PermanentFailure with the sentence that says why it cannot be."""
    if not key.strip() or not coordinator.strip():
        raise PermanentFailure("Give both the campaign's key and your own e-mail address.")
    return steering.steer(key, coordinator, turn, via="prefect")


@task(retries=3, retry_delay_seconds=[5, 15, 45], retry_condition_fn=may_work_later)
def start_next_run(steered: Steered) -> str:
    """Start the duty again, so that a resumed campaign goes on now. Returns the flow run's id."""
    return steering.start_next_run(steered)
