"""The letters of a campaign's wave as their readers see them, the decision about them, and a test copy to oneself."""

import logging
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Literal, get_args

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from outreach import clock, composing, duties, office_mail, signing
from outreach.database import session_scope
from outreach.errors import OutreachError, PermanentFailure
from outreach.mail import transport_from
from outreach.models import Campaign, Message
from outreach.queries import approvals, audit, campaign_page
from outreach.settings import settings
from outreach.web import framed, letters, next_run, persons, security, signatures
from outreach.web.forms import Form
from outreach.web.language import spoken
from outreach.web.pages import at, see_other
from outreach.web.portal import door
from outreach.web.portal.campaign_parts import decider, opened, page_of
from outreach.web.portal.door import Me, Signed
from outreach.web.portal.frame import language_of

log = logging.getLogger(__name__)
router: APIRouter = door.router()

View = Literal["phone", "desktop", "text", "dark"]
VIEWS: tuple[View, ...] = get_args(View)
TEST_COPY = "sent_test_copy"
TESTS_AN_HOUR = 20


@router.get("/campaigns/{campaign_id}/letters/{wave}")
def read(request: Request, me: Me, campaign_id: int, wave: int) -> Response:
    """What a wave says, to whom, and who has decided what about it."""
    with session_scope(reading=True) as session:
        found = opened(session, me, campaign_id)
        return _page(request, session, me, found, _sheet(session, found, wave))


@router.get("/campaigns/{campaign_id}/letter/{message_id}")
def letter(me: Me, campaign_id: int, message_id: int, scheme: framed.Scheme = "light") -> Response:
    """One version on its own, for the frame of the page: no scripts, nothing fetched."""
    with session_scope(reading=True) as session:
        shown = letters.letter(_message(session, opened(session, me, campaign_id), message_id))
    html = framed.lit(framed.opening_new_pages(shown.html), scheme)
    return HTMLResponse(html, headers=security.MAIL_HEADERS)


@router.post("/campaigns/{campaign_id}/letters/{wave}")
def decide(request: Request, me: Me, campaign_id: int, wave: int, form: Form) -> Response:
    """Sign exactly what the page showed (`code`) and start the next run, or send it back with a comment."""
    asked = signatures.asked(form)
    with session_scope() as session:
        found = opened(session, me, campaign_id)
        signatures.one_at_a_time(session, campaign_id, wave)
        sheet = _sheet(session, found, wave)
        taken = signatures.take(session, sheet, decider(session, me), asked)
        if isinstance(taken, str):
            comment = asked.comment if taken == "changed" else ""
            return _page(request, session, me, found, sheet, wrong=taken, comment=comment)
    started = next_run.start(signing.start_next_run, taken) if asked.approved else True
    return see_other(_address(request, campaign_id, wave, later="" if started else "1"))


@router.post("/campaigns/{campaign_id}/letter/{message_id}/test")
def test_copy(request: Request, me: Me, campaign_id: int, message_id: int) -> Response:
    """Mail the version to oneself, as an example person would get it. The ledger knows nothing of it."""
    with session_scope() as session:
        found = opened(session, me, campaign_id)
        message = _message(session, found, message_id)
        since = clock.now() - timedelta(hours=1)
        if campaign_page.lines_since(session, me.viewer.actor, TEST_COPY, since) >= TESTS_AN_HOUR:
            return see_other(_address(request, campaign_id, message.wave, test="often"))
        subject, detail = f"{found.key}/{message.wave}", {"message": message.id}
        audit.note(session, actor=me.viewer.actor, action=TEST_COPY, subject=subject, detail=detail)
    taken = _mail(message, me)
    return see_other(_address(request, campaign_id, message.wave, test="sent" if taken else "failed"))


def _mail(message: Message, me: Signed) -> bool:
    """Whether the mail service took the copy."""
    token = f"test-{message.digest[:12]}-{me.viewer.coordinator_id}-{secrets.token_hex(4)}"
    copy = office_mail.test_copy(message, {token: me.viewer.email})
    copy = replace(copy, attachments=composing.attachments(message.calendar, message.language))
    try:
        failed = office_mail.not_taken(copy, transport_from(settings()))
    except OutreachError as error:
        failed = {token: str(error)}
    for why in failed.values():
        log.warning("%s got no test copy of message %s: %s", me.viewer.actor, message.id, why)
    return not failed


def _sheet(session: Session, campaign: Campaign, wave: int) -> approvals.Sheet:
    """Raises HTTPException (404) for a wave the duty does not have."""
    try:
        return approvals.sheet(session, campaign.id, wave)
    except PermanentFailure:
        raise HTTPException(404) from None


def _message(session: Session, campaign: Campaign, message_id: int) -> Message:
    """A version of this campaign's, whether or not it is the current text. Raises HTTPException (404) for another."""
    found = session.get(Message, message_id) if 0 < message_id <= campaign_page.LARGEST_ID else None
    if found is None or found.campaign_id != campaign.id:
        raise HTTPException(404)
    return found


def _address(request: Request, campaign_id: int, wave: int, **told: str) -> str:
    """The page again, in the language and view it had, with what is to be told."""
    view = request.query_params.get("view", "")
    told = {"view": view if view in VIEWS else "", **told}
    parts = [spoken(request)[1:], *(f"{name}={value}" for name, value in told.items() if value)]
    query = "&".join(part for part in parts if part)
    return at(f"/portal/campaigns/{campaign_id}/letters/{wave}") + (f"?{query}" if query else "")


def _page(
    request: Request,
    session: Session,
    me: Signed,
    campaign: Campaign,
    sheet: approvals.Sheet,
    *,
    wrong: signatures.Refusal | Literal[""] = "",
    comment: str = "",
) -> Response:
    """`wrong`: why a decision was not taken; `comment`: what was written beside it."""
    language = language_of(request, me)
    found = letters.groups(sheet.messages, sheet.departments, language)
    asked = request.query_params.get("view")
    told = request.query_params.get("test")
    return page_of(
        session,
        request,
        me,
        "portal/campaign_letters.html",
        campaign,
        status=signatures.STATUS_OF[wrong] if wrong else 200,
        sheet=sheet,
        wave=sheet.wave,
        each_time=duties.duty(sheet.duty).approval == "each_time",
        never=duties.duty(sheet.duty).approval == "never",
        exclusions=signatures.exclusions(sheet.exclusions, me.viewer, language),
        departments=signatures.by_department(sheet.departments, language),
        groups=found,
        promise=signatures.promise(session, sheet, language),
        has_dark={one.id: framed.has_dark(one.html) for group in found for one in group.letters},
        view=next((view for view in VIEWS if view == asked), VIEWS[0]),
        views=VIEWS,
        test=told if told in ("sent", "failed", "often") else "",
        tests_an_hour=TESTS_AN_HOUR,
        wrong="" if wrong == "nothing" else wrong,
        comment=comment,
        later=request.query_params.get("later") == "1",
        language_names=persons.LANGUAGE_NAMES,
    )
