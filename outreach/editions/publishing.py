"""The edition on the web: written when it is signed, and readable from the moment its sending has begun."""

from sqlalchemy.orm import Session

from outreach import clock
from outreach.editions import contents, opening, special
from outreach.models import Campaign
from outreach.queries import editions, stories


def publish(session: Session, campaign: Campaign) -> None:
    """Write the edition's pages. No personal link or tag is in them, and each story may still be taken out."""
    holds = opening.edition(session, campaign, clock.today())
    for page in contents.pages(campaign, holds):
        editions.put_page(
            session,
            campaign.id,
            language=page.language,
            slug=page.slug,
            title=page.title,
            summary=page.summary,
            html=page.html,
            now=clock.now(),
        )


def mark_used(session: Session, campaign: Campaign) -> None:
    """Once sending has begun, the edition's stories have been used."""
    if editions.has_begun(session, campaign.id):
        placed = list(editions.placed(session, campaign.id))
        stories.mark_used(session, [story_id for story_id in placed if story_id != special.WRITTEN], clock.now())
