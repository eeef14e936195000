"""Resend: a coordinator decides that people without a sign of life are written to again."""

from prefect import task

from outreach import resending
from outreach.errors import PermanentFailure
from outreach.prefect_api import may_work_later
from outreach.resending import Resent


@task
def plan_again(key: str, coordinator: str) -> Resent:
    """Record the decision. Raises PermanentFailure with the sentence that says why it cannot be."""
    if not key.strip() or not coordinator.strip():
        raise PermanentFailure("Give both the campaign's key and your own e-mail address.")
    return resending.resend(key, coordinator, via="prefect")


@task(retries=3, retry_delay_seconds=[5, 15, 45], retry_condition_fn=may_work_later)
def start_next_run(resent: Resent) -> str:
    """Start the duty again, so that they are written to now. Returns the flow run's id."""
    return resending.start_next_run(resent)
