"""The mail with the link that signs in, sent after the answer: whoever waits cannot tell whether there is one."""

import logging
from datetime import timedelta

from outreach import clock, links, office_mail
from outreach.database import session_scope
from outreach.errors import OutreachError
from outreach.mail import transport_from
from outreach.outgoing import Addressee, OutgoingBatch
from outreach.queries import office, signing_in, viewing
from outreach.settings import settings
from outreach.viewer import Viewer
from outreach.web.portal import door

log = logging.getLogger(__name__)


def send(email: str, next_path: str) -> None:
    """Mail a link to the coordinator with this address, if there is one. Never raises: nobody waits for it."""
    try:
        _send(email, next_path)
    except OutreachError as error:
        log.error("A link to sign in could not be mailed: %s", error)


def _send(email: str, next_path: str) -> None:
    token, now = door.new_secret(), clock.now()
    expires = now + timedelta(minutes=settings().sign_in_link_minutes)
    with session_scope() as session:
        found = office.coordinator(session, email)
        viewer = viewing.of_coordinator(session, found.id) if found else None
        if viewer is None or viewer.coordinator_id is None:
            return
        link_id = signing_in.add_link(session, viewer.coordinator_id, door.fingerprint(token), next_path, now, expires)
    if refused := office_mail.not_taken(_letter(viewer, link_id, token), transport_from(settings())):
        log.warning("%s was not mailed link %s to sign in: %s", viewer.actor, link_id, next(iter(refused.values())))


def _letter(viewer: Viewer, link_id: int, token: str) -> OutgoingBatch:
    return office_mail.written(
        "sign-in",
        language=viewer.language,
        context={
            "name": viewer.name,
            "page": links.url("sign-in", token),
            "minutes": settings().sign_in_link_minutes,
        },
        key=f"sign-in/{link_id}",
        about="sign-in",
        to=Addressee(f"sign-in-{link_id}", viewer.email, {}, ""),
    )
