"""Who comes with a person to an event, and how long a seat is held for them: asked once a batch, once it is claimed."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.models import Recipient, Rsvp
from outreach.queries.batches import Claim


def told(session: Session, claim: Claim, event_id: int) -> Claim:
    """The claim with each person's guests and `confirm_until`; whoever has not answered keeps what they had."""
    found = session.execute(
        select(Recipient.token, Rsvp.guests, Rsvp.confirm_until)
        .join(Rsvp, Rsvp.person_id == Recipient.person_id)
        .where(Recipient.batch_id == claim.batch_id, Rsvp.event_id == event_id)
    )
    answers = {token: (guests, until) for token, guests, until in found}
    people = (
        person._replace(guests=answers[person.token][0], confirm_until=answers[person.token][1])
        if person.token in answers
        else person
        for person in claim.people
    )
    return replace(claim, people=tuple(people))
