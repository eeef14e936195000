"""Render: one message per variant, stored with its digest."""

from prefect import task

from outreach import campaigning
from outreach.database import session_scope
from outreach.queries import campaigns


@task(task_run_name="render campaign {campaign_id}")
def render_messages(campaign_id: int) -> int:
    """Write every variant of each wave somebody waits in. Returns how many variants there are."""
    with session_scope() as session:
        rendered = campaigning.render(session, campaigns.by_id(session, campaign_id))
    return sum(len(variants) for variants in rendered.values())
