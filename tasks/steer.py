"""Steer: a coordinator pauses, resumes or cancels a campaign."""

from typing import Any

from prefect import task

from outreach import steering
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.steering import Steered, Turn


@task
def steer_campaign(key: str, coordinator: str, turn: Turn) -> Steered:
    """Record the decision. Raises PermanentFailure with the sentence that says why it cannot be."""
    if not key.strip() or not coordinator.strip():
        raise PermanentFailure("Give both the campaign's key and your own e-mail address.")
    return steering.steer(key, coordinator, turn, via="prefect")


def prefect_is_busy(_task: Any, _run: Any, state: Any) -> bool:
    return isinstance(state.result(raise_on_failure=False), TemporaryFailure)


@task(retries=3, retry_delay_seconds=[5, 15, 45], retry_condition_fn=prefect_is_busy)
def start_next_run(steered: Steered) -> str:
    """Start the duty again, so that a resumed campaign goes on now. Returns the flow run's id."""
    return steering.start_next_run(steered)
