"""The accessibility statement (lagen 2018:1937 om tillgänglighet till digital offentlig service), after Digg's model,
and its form: anybody may tell what they could not use."""

import logging
from dataclasses import dataclass, replace
from datetime import date

from babel.dates import format_date
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from outreach import clock
from outreach.database import session_scope
from outreach.duties import Language
from outreach.queries import faults, rates
from outreach.settings import settings
from outreach.web import fault_form, fault_mail
from outreach.web.callers import client_ip
from outreach.web.fault_form import Report
from outreach.web.formats import LOCALES
from outreach.web.forms import Form
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other

log = logging.getLogger(__name__)
router = APIRouter()

TESTED_ON = date(2026, 11, 22)  # when the checks the page tells of were last changed and looked through
MOST_FROM_ONE, MOST = (5, 3600), (60, 3600)  # reports, seconds


@dataclass(frozen=True)
class Office:
    """What the statement says of the office, in the reader's language. Days as they are written, "" for none."""

    responsible: str
    contact: str
    phone: str
    published: str
    reviewed: str
    tested: str
    supervisor: str
    supervisor_url: str
    known: tuple[str, ...]


@router.get("/accessibility")
def show(request: Request) -> Response:
    """The statement, with an empty form."""
    return _statement(request, fault_form.empty(request.query_params.get("page", "")))


@router.get("/tillganglighet")
def in_swedish() -> Response:
    """What a Swedish reader may have written down."""
    return RedirectResponse(at("/accessibility?lang=sv"), status_code=308)


@router.post("/accessibility")
def report(request: Request, form: Form) -> Response:
    """Keep what somebody tells, and mail the central office that there is something to read."""
    told = fault_form.read(form)
    if told.wrong:
        return _statement(request, told, status=422)
    language = chosen(request)
    thanks = see_other(at(f"/accessibility/thanks?lang={language}"))
    if told.trapped:
        return thanks
    with session_scope() as session:
        number = _keep(session, told, language, client_ip(request))
    if number is None:
        return _statement(request, replace(told, wrong={"fault_story": "wrong.fault_often"}), status=429)
    log.info("fault %s was reported", number)
    thanks.background = BackgroundTask(fault_mail.tell, number)
    return thanks


def _keep(session: Session, told: Report, language: Language, ip: str) -> int | None:
    """Its number; None where there have been too many lately, from one place or altogether."""
    now = clock.now()
    if not (
        rates.allow(session, "fault-ip", ip, *MOST_FROM_ONE, now) and rates.allow(session, "fault", "all", *MOST, now)
    ):
        return None
    return faults.add(session, page=told.page, description=told.story, email=told.email, language=language, now=now)


@router.get("/accessibility/thanks")
def thanks(request: Request) -> Response:
    """What happens now."""
    return page("accessibility_thanks.html", chosen(request))


def _statement(request: Request, told: Report, *, status: int = 200) -> Response:
    language = chosen(request)
    return page(
        "accessibility.html",
        language,
        status=status,
        office=_office(language),
        filled=told,
        trap=fault_form.TRAP,
        here=at("/accessibility"),
    )


def _office(language: Language) -> Office:
    ours, sender = settings().accessibility, settings().sender
    return Office(
        responsible=(ours.responsible_sv if language == "sv" else ours.responsible_en) or sender.university(language),
        contact=ours.contact or sender.reply_to,
        phone=ours.phone,
        published=_written(ours.published_on, language),
        reviewed=_written(ours.reviewed_on, language),
        tested=_written(TESTED_ON, language),
        supervisor=ours.supervisor,
        supervisor_url=ours.supervisor_url,
        known=tuple(one.sv if language == "sv" else one.en for one in ours.known),
    )


def _written(day: date | None, language: Language) -> str:
    return format_date(day, format="long", locale=LOCALES[language]) if day else ""
