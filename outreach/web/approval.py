"""Signing a campaign: what would go out, to how many, and two buttons. Reached by a link mailed to the coordinators."""

import logging
from typing import Literal

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from outreach import database, duties, links, resending, signing
from outreach.database import session_scope
from outreach.departments import department
from outreach.duties import Language
from outreach.errors import OutreachError, PermanentFailure
from outreach.models import Coordinator
from outreach.queries import approvals, office, surveys
from outreach.surveys import preflight
from outreach.web import letters, persons, resend, security, texts
from outreach.web.failures import Gone, NotYours
from outreach.web.forms import Form, value
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other

log = logging.getLogger(__name__)
router = APIRouter()

LONGEST_COMMENT = 2000
MOST_DIGITS = 9
DECISIONS = {"approve": True, "send_back": False}


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
            promise=_promise(session, sheet, chosen(request, coordinator.language if coordinator else None)),
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
        return HTMLResponse(opening_new_pages(letters.letter(found[0]).html), headers=security.MAIL_HEADERS)


@router.post("/approve/{token}")
def decide(request: Request, token: str, form: Form) -> Response:
    """Sign exactly what the page showed (`code`) and start the next run, or send it back with a comment.

    What was approved can still be sent back, by any who may sign, until its campaigns are over.
    """
    decision, comment = value(form, "decision"), value(form, "comment").strip()[:LONGEST_COMMENT]
    if decision not in DECISIONS:
        raise HTTPException(422)
    with session_scope() as session:
        database.lock(session, f"approve/{links.read('approve', token).subject}")  # two may press at the same moment
        coordinator, sheet = _opened(session, "approve", token)
        if coordinator is None or not sheet.reach or (sheet.decision == "approved" and DECISIONS[decision]):
            return _page(request, sheet, coordinator)
        if approvals.normal(value(form, "code")) != approvals.normal(sheet.code):
            return _page(request, sheet, coordinator, wrong="changed", comment=comment, status=409)
        if decision == "send_back" and not comment:
            return _page(request, sheet, coordinator, wrong="comment", status=422)
        signed = signing.record(
            session,
            sheet.campaign_id,
            sheet.wave,
            sheet.code,
            coordinator,
            approved=DECISIONS[decision],
            comment=comment,
            via="web",
        )
    started = _start(signed) if DECISIONS[decision] else True
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
    shown = value(form, "people")
    if not (shown.isascii() and shown.isdigit() and len(shown) <= MOST_DIGITS):
        raise HTTPException(422)
    with session_scope(reading=True) as session:
        coordinator, sheet = _opened(session, "approve", token)
    try:
        resent = resending.resend(sheet.key, coordinator.email if coordinator else "", via="web", most=int(shown))
    except PermanentFailure as error:
        log.warning("nobody is written to again: %s", error)
        with session_scope(reading=True) as session:
            return _again(request, session, token, sheet, coordinator, refused=True)
    return see_other(at(f"/approve/{token}") + ("" if resend.start(resent) else "?again=later") + "#unknown")


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
    campaign_id, _, wave = link.subject.partition("-")
    try:
        sheet = approvals.sheet(session, int(campaign_id), int(wave))
    except PermanentFailure as error:
        raise Gone(str(error)) from error
    if use == "preview":
        return None, sheet
    able = {str(person.id): person for person in office.approvers(session, sheet.department_code)}
    if link.about not in able:
        raise NotYours("This link belongs to someone who does not decide about this campaign.")
    return able[link.about], sheet


def _start(signed: signing.Signed) -> bool:
    """Start the run that sends. False when Prefect cannot be asked now: the signature stands, the next run finds it."""
    try:
        signing.start_next_run(signed)
    except OutreachError as error:
        log.warning("%s is approved, but its run was not started: %s", signed, error)
        return False
    return True


def _page(
    request: Request,
    sheet: approvals.Sheet,
    coordinator: Coordinator | None = None,
    *,
    doubtful: resend.Doubtful | None = None,
    promise: tuple[list[tuple[str, int]], str] | None = None,
    wrong: str = "",
    comment: str = "",
    status: int = 200,
) -> Response:
    """`wrong`: "" or why a decision was not taken ("changed", "comment"); `comment`: what was written beside it;
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
        exclusions=_in_words(sheet.exclusions, language),
        departments=_by_name(sheet.departments, language),
        groups=groups,
        texts=sum(len(group.letters) for group in groups),
        frame=at(f"{request.url.path}/variant"),
        again=at(f"{request.url.path}/again"),
        wrong=wrong,
        comment=comment,
        doubtful=doubtful,
        promise=promise,
        again_later=request.query_params.get("again") == "later",
        later=request.query_params.get("later") == "1",
        language_names=persons.LANGUAGE_NAMES,
    )


def _promise(session: Session, sheet: approvals.Sheet, language: Language) -> tuple[list[tuple[str, int]], str] | None:
    """How many answers a survey's invitation can bring, in figures and in words; None for any other letter."""
    duty = duties.duty(sheet.duty)
    survey = surveys.by_slug(session, sheet.period) if duty.survey and sheet.wave == 1 else None
    if survey is None:
        return None
    found = preflight.preflight(session, survey, duty)
    return preflight.lines(found, language), preflight.sentences(found, duty, language)


def _in_words(exclusions: dict[str, int], language: Language) -> list[tuple[str, int]]:
    """(why people were left out, how many), the most common first."""
    say = texts.speaker(language)

    def words(reason: str) -> str:
        code, _, campaign = reason.partition(":")  # `over_budget` names the campaign that went first
        key = f"reason.{code}.first" if campaign else f"reason.{code}"
        return say(key, campaign=campaign) if texts.has(key) else say("reason.other", reason=reason)

    return sorted(((words(reason), count) for reason, count in exclusions.items()), key=lambda pair: -pair[1])


def _by_name(people: dict[str, int], language: Language) -> list[tuple[str, int]]:
    """(department, people), the largest first; "" for people who belong to none."""
    named = [(department(code).name(language) if code else "", count) for code, count in people.items()]
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))


def opening_new_pages(html: str) -> str:
    """The document with every link opening a page of its own, since nothing of ours may be shown inside a frame."""
    before, head, after = html.partition("<head>")
    base = '<base target="_blank">'
    return f"{before}{head}{base}{after}" if head else base + html
