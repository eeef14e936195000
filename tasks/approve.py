"""Approve: a person signs what will be sent; until then the run ends and waits for nobody."""

from prefect import get_run_logger, task
from prefect.artifacts import create_link_artifact

from outreach import asking
from outreach.database import session_scope
from outreach.mail import transport_from
from outreach.models import CampaignStatus
from outreach.queries import approvals, campaigns, ledger
from outreach.settings import settings


@task(task_run_name="approve campaign {campaign_id}")
def approved_waves(campaign_id: int) -> list[int]:
    """The waves that may be sent now; none while paused. For the others the coordinators are asked, once a text."""
    with session_scope(reading=True) as session:
        campaign = campaigns.by_id(session, campaign_id)
        if campaign.status != CampaignStatus.OPEN:
            return []
        waves = ledger.planned_waves(session, campaign_id)
        ready = [wave for wave in waves if approvals.is_approved(session, campaign, wave)]
    for wave in set(waves) - set(ready):
        asked = asking.ask(campaign_id, wave, transport_from(settings()))
        get_run_logger().info("%s, wave %s waits for approval; %s coordinators asked", campaign.key, wave, asked)
    for wave in waves:
        create_link_artifact(
            asking.preview_url(campaign_id, wave),
            link_text=f"Förhandsgranska / preview: {campaign.key}, {wave}",
            key=f"preview-{campaigns.slug(campaign.key)}-{wave}",
            description="Brevet i alla versioner, vilka som får det och vilka som inte får det.",
        )
    return ready
