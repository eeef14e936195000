"""Select: everyone considered gets one row in the ledger, to be written to or excluded with a reason."""

from prefect import get_run_logger, task

from outreach import campaigning, clock
from outreach.database import session_scope
from outreach.queries import campaigns


@task(task_run_name="select campaign {campaign_id}")
def select_recipients(campaign_id: int) -> int:
    """Enter who is due today. Returns how many people are new to the ledger or are no longer excluded."""
    with session_scope() as session:
        selected = campaigning.select(session, campaigns.by_id(session, campaign_id), clock.today())
    get_run_logger().info(
        "Campaign %s: %s new in the ledger, %s no longer excluded",
        campaign_id, selected.considered, selected.reconsidered,
    )  # fmt: skip
    return selected.considered + selected.reconsidered
