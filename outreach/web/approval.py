"""Signing a campaign: what would go out, to how many, and two buttons. Reached by a link mailed to the coordinators."""

import logging
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from outreach import database, duties, links, signing, tags
from outreach.database import session_scope
from outreach.departments import department
from outreach.duties import Language
from outreach.errors import OutreachError, PermanentFailure
from outreach.models import Coordinator, Message
from outreach.queries import approvals, campaigns, office
from outreach.rendering.people import person_values
from outreach.web import persons, security, texts
from outreach.web.failures import Gone, NotYours
from outreach.web.forms import Form, value
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other

log = logging.getLogger(__name__)
router = APIRouter()

LONGEST_COMMENT = 2000
DECISIONS = {"approve": True, "send_back": False}


@dataclass(frozen=True)
class Preview:
    """One variant with a made-up person's values in its tags."""

    id: int
    language: str
    department: str  # its name, "" when the text is for every department
    subject: str
    preheader: str
    html: str
    text: str


@router.get("/approve/{token}")
def show(request: Request, token: str) -> Response:
    """What is to be signed, as it stands now, or who has signed it."""
    with session_scope(reading=True) as session:
        coordinator, sheet = _opened(session, "approve", token)
        return _page(request, sheet, coordinator)


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
        return HTMLResponse(opening_new_pages(_preview(found[0]).html), headers=security.MAIL_HEADERS)


@router.post("/approve/{token}")
def decide(request: Request, token: str, form: Form) -> Response:
    """Sign exactly what the page showed (`code`), or send it back with a comment; then start the next run."""
    decision, comment = value(form, "decision"), value(form, "comment").strip()[:LONGEST_COMMENT]
    if decision not in DECISIONS:
        raise HTTPException(422)
    with session_scope() as session:
        database.lock(session, f"approve/{links.read('approve', token).subject}")  # two may press at the same moment
        coordinator, sheet = _opened(session, "approve", token)
        if coordinator is None or sheet.decision == "approved":
            return _page(request, sheet, coordinator)
        if approvals.normal(value(form, "code")) != approvals.normal(sheet.code):
            return _page(request, sheet, coordinator, wrong="changed", status=409)
        if decision == "send_back" and not comment:
            return _page(request, sheet, coordinator, wrong="comment", status=422)
        signed = _sign(session, sheet, coordinator, DECISIONS[decision], comment)
    started = _start(signed) if DECISIONS[decision] else True
    return see_other(at(f"/approve/{token}") + ("" if started else "?later=1"))


def _sign(
    session: Session, sheet: approvals.Sheet, coordinator: Coordinator, approved: bool, comment: str
) -> signing.Signed:
    approvals.sign(
        session,
        campaign_id=sheet.campaign_id,
        wave=sheet.wave,
        code=sheet.code,
        coordinator_id=coordinator.id,
        approved=approved,
        comment=comment,
        via="web",
    )
    parameters = campaigns.by_id(session, sheet.campaign_id).parameters
    return signing.Signed(sheet.key, sheet.wave, sheet.code, sheet.duty, sheet.department_code, parameters)


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
    wrong: str = "",
    status: int = 200,
) -> Response:
    """`wrong`: "" or why a decision was not taken ("changed", "comment")."""
    language = chosen(request, coordinator.language if coordinator else None)
    previews = [_preview(message) for message in sheet.messages]
    first = {preview.language: preview.id for preview in reversed(previews)}
    return page(
        "approve.html",
        language,
        status=status,
        sheet=sheet,
        duty=duties.duty(sheet.duty),
        coordinator=coordinator,
        exclusions=_in_words(sheet.exclusions, language),
        departments=_by_name(sheet.departments, language),
        shown=[preview for preview in previews if preview.id in first.values()],
        folded=[preview for preview in previews if preview.id not in first.values()],
        frame=at(f"{request.url.path}/variant"),
        wrong=wrong,
        later=request.query_params.get("later") == "1",
        language_names=persons.LANGUAGE_NAMES,
    )


def _preview(message: Message) -> Preview:
    """The message as somebody called Kim would get it. Links lead nowhere: they would be a person's own."""
    nonce = tags.nonce_in(message.subject, message.preheader, message.html, message.text)
    asked = tags.names_in(message.subject, message.preheader, message.html, message.text)
    nowhere = {name.removeprefix("link_"): "#" for name in asked if name.startswith("link_")}
    values = person_values(
        first_name="Kim", last_name="Andersson", programme=None, language=message.language, links=nowhere
    )
    filled = tags.substitutions(nonce, {**dict.fromkeys(asked, "…"), **values})
    parts = {name: tags.fill(getattr(message, name), filled) for name in ("subject", "preheader", "html", "text")}
    where = department(message.department_code).name(message.language) if message.department_code else ""
    return Preview(id=message.id, language=message.language, department=where, **parts)


def _in_words(exclusions: dict[str, int], language: Language) -> list[tuple[str, int]]:
    """(why people were left out, how many), the most common first."""
    say = texts.speaker(language)
    known = {
        reason: say(f"reason.{reason}") if texts.has(f"reason.{reason}") else say("reason.other", reason=reason)
        for reason in exclusions
    }
    return sorted(((known[reason], count) for reason, count in exclusions.items()), key=lambda pair: -pair[1])


def _by_name(people: dict[str, int], language: Language) -> list[tuple[str, int]]:
    """(department, people), the largest first; "" for people who belong to none."""
    named = [(department(code).name(language) if code else "", count) for code, count in people.items()]
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))


def opening_new_pages(html: str) -> str:
    """The document with every link opening a page of its own, since nothing of ours may be shown inside a frame."""
    before, head, after = html.partition("<head>")
    base = '<base target="_blank">'
    return f"{before}{head}{base}{after}" if head else base + html
