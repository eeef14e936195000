"""Figures: what happened to everyone considered, and the share of each class that has joined."""

from prefect import task
from prefect.artifacts import create_markdown_artifact

from outreach import clock, duties, figures
from outreach.database import session_scope
from outreach.models import CampaignStatus, RecipientStatus
from outreach.queries import campaigns, ledger
from outreach.queries import figures as counted

LANGUAGES = {"sv": "Svenska", "en": "English"}


@task(task_run_name="figures of campaign {campaign_id}")
def publish_campaign_figures(campaign_id: int) -> int:
    """Leave the funnel and the exclusions by reason as artifacts. Returns how many people wait to be written to."""
    with session_scope(reading=True) as session:
        campaign = campaigns.by_id(session, campaign_id)
        funnel, exclusions = counted.funnel(session, campaign_id), counted.exclusions(session, campaign_id)
        counts = ledger.counts(session, campaign_id)
    for name, table, frame in (
        ("funnel", figures.funnel_table, funnel),
        ("exclusions", figures.exclusion_table, exclusions),
    ):
        text = "\n\n".join(f"### {title}\n\n{table(frame, language)}" for language, title in LANGUAGES.items())
        create_markdown_artifact(text, key=f"{name}-{campaigns.slug(campaign.key)}", description=campaign.key)
    if campaign.status != CampaignStatus.OPEN:
        return 0
    return sum(count for (_, status), count in counts.items() if status is RecipientStatus.PLANNED)


@task
def publish_share_joined() -> None:
    """Leave the share of each graduating class that has joined, as a table and a plot, beside KTH's aim."""
    with session_scope(reading=True) as session:
        shares = counted.share_joined(session)
    current = duties.term_of(clock.today()).name
    for language in LANGUAGES:
        create_markdown_artifact(
            figures.share_joined_markdown(shares, language, current),
            key=f"share-joined-{language}",
            description="Andel av examensklassen som gått med / share of the graduating class that has joined",
        )
