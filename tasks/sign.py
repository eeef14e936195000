"""Sign: record a coordinator's decision, then let the duty go on."""

from prefect import task

from outreach import signing
from outreach.errors import PermanentFailure
from outreach.prefect_api import may_work_later
from outreach.signing import Signed


@task
def sign_waiting(code: str, coordinator: str, approved: bool, comment: str) -> Signed:
    """Record the decision. Raises PermanentFailure with the sentence that says why it cannot be."""
    if not code.strip() or not coordinator.strip():
        raise PermanentFailure("Give both the code of the text you have read and your own e-mail address.")
    return signing.decide(code.strip(), coordinator, approved=approved, comment=comment, via="prefect")


@task(retries=3, retry_delay_seconds=[5, 15, 45], retry_condition_fn=may_work_later)
def start_next_run(signed: Signed) -> str:
    """Start the duty again, so that what was signed is sent now. Returns the flow run's id."""
    return signing.start_next_run(signed)
