"""The figures of very large campaigns, counted now and kept, so that their pages show them at once."""

from prefect import task

from outreach import clock
from outreach.database import session_scope
from outreach.queries import campaign_figures


@task
def keep_campaign_figures() -> int:
    """Count the large campaigns whose figures may have changed. Returns how many."""
    with session_scope(reading=True) as session:
        large = campaign_figures.to_keep(session, clock.now())
    for campaign in large:
        with session_scope(reading=True) as session:
            made = campaign_figures.count(session, campaign, clock.now())
        with session_scope() as session:
            campaign_figures.keep(session, campaign.id, made)
    return len(large)
