"""From a coordinator, a session or a key to what they may see; and the condition that holds every list to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from outreach.duties import LANGUAGES, Language
from outreach.models import ApiKey, Coordinator, PortalSession
from outreach.queries import office
from outreach.viewer import Viewer


def theirs(viewer: Viewer, department_code: Any) -> ColumnElement[bool]:
    """The condition on a column of department codes that leaves what the viewer may see. NULL: the central office."""
    if viewer.departments is None:
        return true()
    theirs_alone: ColumnElement[bool] = department_code.in_(sorted(viewer.departments))  # never true for NULL
    return theirs_alone


def of_coordinator(session: Session, coordinator_id: int) -> Viewer | None:
    """The active coordinator with this id; None when there is none, or they speak for nobody any more."""
    found = session.get(Coordinator, coordinator_id)
    if found is None or not found.active:
        return None
    codes = None if found.central else frozenset(office.departments_of(session, found.id))
    if codes is not None and not codes:
        return None
    language: Language = next((language for language in LANGUAGES if language == found.language), "sv")
    return Viewer(f"coordinator:{found.id}", found.name, language, codes, coordinator_id=found.id, email=found.email)


def of_session(session: Session, token_hash: str, now: datetime) -> tuple[PortalSession, Viewer] | None:
    """A session that is neither over nor ended, and whose it is. None for any other."""
    found = session.scalars(
        select(PortalSession).where(
            PortalSession.token_hash == token_hash, PortalSession.ended_at.is_(None), PortalSession.expires_at > now
        )
    ).one_or_none()
    viewer = None if found is None else of_coordinator(session, found.coordinator_id)
    return None if found is None or viewer is None else (found, viewer)


def of_key(session: Session, secret_hash: str, now: datetime) -> Viewer | None:
    """Whose a key is that is neither revoked nor expired. None for any other, and for the key of a maker who may not do
    any more what it does: whoever leaves may have kept it."""
    found = session.scalars(
        select(ApiKey).where(ApiKey.secret_hash == secret_hash, ApiKey.revoked_at.is_(None), ApiKey.expires_at > now)
    ).one_or_none()
    maker = None if found is None else of_coordinator(session, found.created_by_id)
    if found is None or maker is None or not maker.owns(found.department_code):
        return None
    codes = None if found.department_code is None else frozenset({found.department_code})
    return Viewer(
        f"key:{found.public_id}",
        found.name,
        "en",
        codes,
        api_key_id=found.id,
        scopes=frozenset(found.scopes.split()),
    )
