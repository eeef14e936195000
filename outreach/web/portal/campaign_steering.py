"""Pausing a campaign, letting it go on, cancelling it, and writing again to those nothing is known of."""

import logging

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from outreach import resending, steering
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.models import CampaignStatus
from outreach.queries import campaign_list
from outreach.queries.campaign_list import Progress
from outreach.steering import Turn
from outreach.web import next_run, resend
from outreach.web.forms import Form
from outreach.web.language import spoken
from outreach.web.pages import at, see_other
from outreach.web.portal import door
from outreach.web.portal.campaign_parts import opened, page_of, state
from outreach.web.portal.door import Me, Signed

log = logging.getLogger(__name__)
router: APIRouter = door.router()


@router.post("/campaigns/{campaign_id}/pause")
def pause(request: Request, me: Me, campaign_id: int) -> Response:
    """Hold every letter that has not left."""
    return _turn(request, me, campaign_id, Turn.PAUSE)


@router.post("/campaigns/{campaign_id}/resume")
def resume(request: Request, me: Me, campaign_id: int) -> Response:
    """Let a paused campaign go on, and start the run that sends."""
    return _turn(request, me, campaign_id, Turn.RESUME)


@router.get("/campaigns/{campaign_id}/cancel")
def ask_to_cancel(request: Request, me: Me, campaign_id: int) -> Response:
    """What cancelling means, and the button that does. Looking changes nothing."""
    return _cancel_page(request, me, campaign_id)


@router.post("/campaigns/{campaign_id}/cancel")
def cancel(request: Request, me: Me, campaign_id: int) -> Response:
    """Close the campaign for good."""
    return _turn(request, me, campaign_id, Turn.CANCEL)


@router.get("/campaigns/{campaign_id}/again")
def ask_again(request: Request, me: Me, campaign_id: int) -> Response:
    """Whom nobody knows of, and the button that writes to them again. Looking changes nothing."""
    return _again_page(request, me, campaign_id)


@router.post("/campaigns/{campaign_id}/again")
def write_again(request: Request, me: Me, campaign_id: int, form: Form) -> Response:
    """Write again to as many as the page showed (`people`), at most. Twice is once: then nobody is left."""
    most, key = resend.shown(form), _key(me, campaign_id)
    try:
        resent = resending.resend(key, me.viewer.email, via="web", most=most)
    except PermanentFailure as error:
        log.warning("nobody is written to again: %s", error)
        return _again_page(request, me, campaign_id, refused=True)
    return see_other(_overview(request, campaign_id, started=next_run.start(resending.start_next_run, resent)))


def _turn(request: Request, me: Signed, campaign_id: int, turn: Turn) -> Response:
    """Do it and show the campaign, or the page that says that it no longer stands so."""
    key = _key(me, campaign_id)
    try:
        steered = steering.steer(key, me.viewer.email, turn, via="web")
    except PermanentFailure as error:
        log.warning("not steered: %s", error)
        with session_scope(reading=True) as session:
            found = opened(session, me, campaign_id)
            progress = campaign_list.progress(session, [found.id]).get(found.id, Progress())
            stands = state(found.status, progress)
            return page_of(session, request, me, "portal/campaign_stands.html", found, status=409, state=stands)
    started = turn is not Turn.RESUME or next_run.start(steering.start_next_run, steered)
    return see_other(_overview(request, campaign_id, started=started))


def _key(me: Signed, campaign_id: int) -> str:
    with session_scope(reading=True) as session:
        return opened(session, me, campaign_id).key


def _overview(request: Request, campaign_id: int, *, started: bool) -> str:
    lang = spoken(request)
    return at(f"/portal/campaigns/{campaign_id}") + lang + ("" if started else f"{'&' if lang else '?'}later=1")


def _cancel_page(request: Request, me: Signed, campaign_id: int) -> Response:
    with session_scope(reading=True) as session:
        found = opened(session, me, campaign_id)
        progress = campaign_list.progress(session, [found.id]).get(found.id, Progress())
        under_way = found.status in (CampaignStatus.OPEN, CampaignStatus.PAUSED)
        return page_of(
            session,
            request,
            me,
            "portal/campaign_cancel.html",
            found,
            progress=progress,
            under_way=under_way,
            state=state(found.status, progress),
        )


def _again_page(request: Request, me: Signed, campaign_id: int, *, refused: bool = False) -> Response:
    with session_scope(reading=True) as session:
        found = opened(session, me, campaign_id)
        return page_of(
            session,
            request,
            me,
            "portal/campaign_again.html",
            found,
            status=409 if refused else 200,
            doubtful=resend.doubtful(session, found.id),
            refused=refused,
        )
