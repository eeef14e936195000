"""Telling the central office that somebody could not use a page. The mail holds nothing of what they wrote."""

import logging

from outreach import clock, office_mail
from outreach.database import session_scope
from outreach.duties import Language
from outreach.errors import OutreachError
from outreach.mail import transport_from
from outreach.models import Coordinator
from outreach.outgoing import Addressee, OutgoingBatch, Transport
from outreach.queries import faults, office, rates
from outreach.settings import settings

log = logging.getLogger(__name__)

MOST = (6, 3600)  # reports told of, seconds: however many come, the office's mailbox stays its own


def tell(number: int) -> None:
    """Mail every central coordinator. Runs after the answer has left: a mail that is not taken is logged, no more."""
    try:
        transport = transport_from(settings())
        with session_scope() as session:
            if not rates.allow(session, "fault-mail", "office", *MOST, clock.now()):
                return
            people, waiting = office.approvers(session, None), faults.waiting(session)
        for reader in people:
            _send(transport, reader, number, waiting)
    except OutreachError as error:
        log.warning("Nobody could be told of fault %s: %s", number, error)


def _send(transport: Transport, reader: Coordinator, number: int, waiting: int) -> None:
    if why := office_mail.not_taken(letter(reader, number, waiting), transport):
        log.warning("Coordinator %s was not told of fault %s: %s", reader.id, number, next(iter(why.values())))


def letter(reader: Coordinator, number: int, waiting: int) -> OutgoingBatch:
    """`waiting`: how many reports nobody has dealt with, this one counted."""
    language: Language = "en" if reader.language == "en" else "sv"
    return office_mail.written(
        "fault-report",
        language=language,
        context={
            "name": reader.name,
            "waiting": waiting,
            "page": f"{settings().public_url.rstrip('/')}/portal/faults",
        },
        key=f"fault/{number}",
        about="fault",
        to=Addressee(f"fault-{number}-{reader.id}", reader.email, {}, ""),
    )
