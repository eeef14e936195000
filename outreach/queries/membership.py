"""Where people stand towards the network, as campaigns change it."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.models import Membership, Person, Recipient
from outreach.queries import ledger


def mark_invited(session: Session, campaign_id: int, now: datetime) -> int:
    """Whoever the campaign has written to and is nothing yet stands as invited. Returns how many are new."""
    written_to = select(Recipient.person_id).where(
        Recipient.campaign_id == campaign_id, Recipient.wave == 1, Recipient.status.in_(ledger.MAY_HAVE_IT)
    )
    invited = update(Person).where(Person.membership == Membership.NONE, Person.id.in_(written_to))
    return ledger.rows(session, invited.values(membership=Membership.INVITED, invited_at=now))
