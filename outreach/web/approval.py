"""Signing a campaign: what would go out, to how many, and two buttons. Reached by a link mailed to the coordinators."""

import logging
from typing import Literal

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from outreach import duties, links, resending, signing
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.models import Coordinator
from outreach.queries import approvals, office
from outreach.viewer import Viewer
from outreach.web import framed, letters, next_run, persons, resend, security, signatures
from outreach.web.failures import Gone, NotYours
from outreach.web.forms import Form
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other

log = logging.getLogger(__name__)
router = APIRouter()


@router.get("/approve/{token}")
def show(request: Request, token: str) -> Response:
    """What is to be signed, as it stands now, or who has signed it."""
    with session_scope(reading=True) as session:
        coordinator, sheet = _opened(session, "approve", token)
        return _page(
            request,
            sheet,
            coordinator,
            doubtful=resend.doubtful(session, sheet.campaign_id),
            promise=signatures.promise(session, sheet, chosen(request, coordinator.language if coordinator else None)),
        )


@router.get("/preview/{token}")
def preview(request: Request, token: str) -> Response:
    """The same to look at only, for links that are not one coordinator's own."""
    with session_scope(reading=True) as session:
        _, sheet = _opened(session, "preview", token)
        return _page(request, sheet)


@router.get("/{use}/{token}/variant/{message_id}")
def variant(use: Literal["approve", "preview"], token: str, message_id: int) -> Response:
    """The mail of one variant on its own, for the frame of the page: no scripts, nothing fetched."""
    with session_scope(reading=True) as session:
        _, sheet = _opened(session, use, token)
        found = [message for message in sheet.messages if message.id == message_id]
        if not found:
            raise HTTPException(404)
        return HTMLResponse(framed.opening_new_pages(letters.letter(found[0]).html), headers=security.MAIL_HEADERS)


@router.post("/approve/{token}")
def decide(request: Request, token: str, form: Form) -> Response:
    """Sign exactly what the page showed (`code`) and start the next run, or send it back with a comment.

    What was approved can still be sent back, by any who may sign, until its campaigns are over.
    """
    asked = signatures.asked(form)
    with session_scope() as session:
        signatures.one_at_a_time(session, *_subject(links.read("approve", token)))
        coordinator, sheet = _opened(session, "approve", token)
        if coordinator is None:
            return _page(request, sheet)
        taken = signatures.take(session, sheet, coordinator, asked)
        if isinstance(taken, str):
            comment = asked.comment if taken == "changed" else ""
            return _page(request, sheet, coordinator, wrong=taken, comment=comment, status=signatures.STATUS_OF[taken])
    started = next_run.start(signing.start_next_run, taken) if asked.approved else True
    return see_other(at(f"/approve/{token}") + ("" if started else "?later=1"))


@router.get("/approve/{token}/again")
def ask_again(request: Request, token: str) -> Response:
    """Whom nobody knows of, and the button that writes to them again. Looking changes nothing."""
    with session_scope(reading=True) as session:
        coordinator, sheet = _opened(session, "approve", token)
        return _again(request, session, token, sheet, coordinator)


@router.post("/approve/{token}/again")
def write_again(request: Request, token: str, form: Form) -> Response:
    """Write again to as many as the page showed (`people`), at most. Twice is once: then nobody is left."""
    shown = resend.shown(form)
    with session_scope(reading=True) as session:
        coordinator, sheet = _opened(session, "approve", token)
    try:
        resent = resending.resend(sheet.key, coordinator.email if coordinator else "", via="web", most=shown)
    except PermanentFailure as error:
        log.warning("nobody is written to again: %s", error)
        with session_scope(reading=True) as session:
            return _again(request, session, token, sheet, coordinator, refused=True)
    started = next_run.start(resending.start_next_run, resent)
    return see_other(at(f"/approve/{token}") + ("" if started else "?again=later") + "#unknown")


def _again(
    request: Request,
    session: Session,
    token: str,
    sheet: approvals.Sheet,
    coordinator: Coordinator | None,
    *,
    refused: bool = False,
) -> Response:
    return page(
        "again.html",
        chosen(request, coordinator.language if coordinator else None),
        status=409 if refused else 200,
        sheet=sheet,
        doubtful=resend.doubtful(session, sheet.campaign_id),
        back=at(f"/approve/{token}"),
        refused=refused,
    )


def _opened(session: Session, use: str, token: str) -> tuple[Coordinator | None, approvals.Sheet]:
    """Whose link it is (nobody's for `preview`), and what it is about.

    Raises Gone for a campaign that is no longer there, NotYours for who may no longer sign it.
    """
    link = links.read(use, token)
    try:
        sheet = approvals.sheet(session, *_subject(link))
    except PermanentFailure as error:
        raise Gone(str(error)) from error
    if use == "preview":
        return None, sheet
    able = {str(person.id): person for person in office.approvers(session, sheet.department_code)}
    if link.about not in able:
        raise NotYours("This link belongs to someone who does not decide about this campaign.")
    return able[link.about], sheet


def _subject(link: links.Link) -> tuple[int, int]:
    """Campaign and wave."""
    campaign_id, _, wave = link.subject.partition("-")
    return int(campaign_id), int(wave)


def _reader(coordinator: Coordinator | None, sheet: approvals.Sheet) -> Viewer:
    """Who reads: the link's coordinator; by a link that is nobody's own, the office the campaign is of."""
    central = coordinator.central if coordinator else sheet.department_code is None
    codes = None if central else frozenset(filter(None, [sheet.department_code]))
    return Viewer("reader", "", "sv", codes)


def _page(
    request: Request,
    sheet: approvals.Sheet,
    coordinator: Coordinator | None = None,
    *,
    doubtful: resend.Doubtful | None = None,
    promise: tuple[list[tuple[str, int]], str] | None = None,
    wrong: signatures.Refusal | Literal[""] = "",
    comment: str = "",
    status: int = 200,
) -> Response:
    """`wrong`: "" or why a decision was not taken ; `comment`: what was written beside it;
    `doubtful`: whom nobody knows of, on the page one comes to; `promise`: what a survey's cohort lets expect."""
    language = chosen(request, coordinator.language if coordinator else None)
    duty = duties.duty(sheet.duty)
    groups = letters.groups(sheet.messages, sheet.departments, language)
    return page(
        "approve.html",
        language,
        status=status,
        sheet=sheet,
        duty=duty,
        each_time=duty.approval == "each_time",
        coordinator=coordinator,
        exclusions=signatures.exclusions(sheet.exclusions, _reader(coordinator, sheet), language),
        departments=signatures.by_department(sheet.departments, language),
        groups=groups,
        texts=sum(len(group.letters) for group in groups),
        frame=at(f"{request.url.path}/variant"),
        again=at(f"{request.url.path}/again"),
        wrong="" if wrong == "nothing" else wrong,
        comment=comment,
        doubtful=doubtful,
        promise=promise,
        again_later=request.query_params.get("again") == "later",
        later=request.query_params.get("later") == "1",
        language_names=persons.LANGUAGE_NAMES,
    )
