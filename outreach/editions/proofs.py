"""Test copies: before an edition is signed, each version goes to the coordinators as its readers would get it."""

import logging
from collections.abc import Sequence

from sqlalchemy.orm import Session

from outreach import office_mail
from outreach.database import session_scope
from outreach.models import Coordinator, Message
from outreach.outgoing import Transport
from outreach.queries import audit, contributions, messages, office

log = logging.getLogger(__name__)
SENT = "test_copy"


def send(campaign_id: int, wave: int, transport: Transport) -> int:
    """Mail each current version to the central coordinators, and a department's to its own. Returns how many mails.

    Each of them gets a text once. Whose mail was not taken gets it with the next run.
    """
    with session_scope(reading=True) as session:
        found = messages.current(session, campaign_id, wave)
        left = {message.id: _readers(session, message) for message in found}
    return sum(_send_one(message, left[message.id], transport) for message in found if left[message.id])


def _readers(session: Session, message: Message) -> list[Coordinator]:
    """Who is to see this version and has not."""
    own = [one for one, codes in contributions.local_coordinators(session) if message.department_code in codes]
    readers = {one.id: one for one in [*office.approvers(session, None), *own]}
    seen = audit.noted(session, action=SENT, subjects=[_subject(message, one) for one in readers.values()])
    return [one for one in readers.values() if _subject(message, one) not in seen]


def _send_one(message: Message, readers: Sequence[Coordinator], transport: Transport) -> int:
    tokens = {f"test-{message.digest[:12]}-{one.id}": one for one in readers}
    batch = office_mail.test_copy(message, {token: one.email for token, one in tokens.items()})
    failed = office_mail.not_taken(batch, transport)
    for token, why in failed.items():
        log.warning("Coordinator %s got no test copy of %s: %s", tokens[token].id, message.variant, why)
    with session_scope() as session:
        for token, one in tokens.items():
            if token not in failed:
                audit.note(session, actor="outreach", action=SENT, subject=_subject(message, one))
    return len(tokens) - len(failed)


def _subject(message: Message, reader: Coordinator) -> str:
    return f"{message.digest[:40]}/{reader.id}"
