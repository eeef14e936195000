"""Deliver: claim a batch, post it, record it, until nothing is left."""

from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact

from outreach import clock, delivery, duties, pacing
from outreach.database import session_scope
from outreach.mail import transport_from
from outreach.models import RecipientStatus
from outreach.prefect_api import may_work_later
from outreach.queries import campaigns, ledger, membership
from outreach.settings import settings


@task(
    task_run_name="deliver campaign {campaign_id}",
    retries=3,
    retry_delay_seconds=[10, 30, 90],
    retry_jitter_factor=0.5,
    retry_condition_fn=may_work_later,
)
def deliver_messages(campaign_id: int, waves: list[int]) -> int:
    """Send what is planned in these waves. Returns how many people were written to by this run."""
    if not waves:
        return 0
    with session_scope(reading=True) as session:
        campaign = campaigns.by_id(session, campaign_id)
        counts = ledger.counts(session, campaign_id)
    total = sum(counts.get((wave, RecipientStatus.PLANNED), 0) for wave in waves)
    key, start = f"sending-{campaigns.slug(campaign.key)}", f"{campaign.key}: 0 / {total}"
    progress: Any = create_progress_artifact(0.0, key=key, description=start)

    def show(people_done: int) -> None:
        share = 100.0 * people_done / total if total else 100.0
        update_progress_artifact(progress, min(share, 100.0), description=f"{campaign.key}: {people_done} / {total}")

    duty = duties.duty(campaign.duty)
    transport = transport_from(settings())
    sent = delivery.deliver(campaign, duty, waves, transport, show, pacing.pace_for(transport.name))
    with session_scope() as session:
        campaigns.cancel_left_over(session, clock.now())
        if duty.invites:
            membership.mark_invited(session, campaign_id, clock.now())
    get_run_logger().info("%s: %s people written to in this run", campaign.key, sent)
    return sent
