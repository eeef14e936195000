"""Answering a survey: one page a section, saved as one goes, changeable until it closes. GET stores nothing."""

import re

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.duties import Language
from outreach.links import ExpiredLink
from outreach.models import Person, Survey
from outreach.queries import consents, people, survey_answers, surveys
from outreach.queries.survey_answers import Sheet
from outreach.questionnaires import Kind, Question, Section, Value, shown
from outreach.settings import settings
from outreach.surveys import letters
from outreach.web import persons, survey_form
from outreach.web.countries import countries
from outreach.web.failures import Gone
from outreach.web.forms import Form, value
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other
from outreach.web.survey_form import Filled

router = APIRouter()

SOURCE = "survey page"
CONTACT = "requests"  # the purpose that a yes to being asked is a yes to
NEXT, SEND, BACK, STAY = "next", "send", "back", "stay"
UNPROCESSABLE, CONFLICT, GONE = 422, 409, 410
HOME = "SE"  # the country most work in stands first
MOST_BYTES = 8 * 1024 * 1024  # of a form: a megabyte of text, however it is written, is given back and not refused


@router.get("/survey/{token}")
def begin(request: Request, token: str) -> Response:
    """What it is about and where to go on; thanks, once it is sent in; or that it has closed."""
    with session_scope(reading=True) as session:
        try:
            person, survey, sheet = _behind(session, token)
        except ExpiredLink:
            return _closed(None, chosen(request), status=GONE)
        language = chosen(request, person.language)
        if sheet is None or clock.now() >= survey.closes_at:
            return _closed(survey, language)
        first = _pages(sheet)[0]
        goes_on = at(f"/survey/{token}/{_goes_on(sheet).code}") + _same_language(request)
        return page(
            "survey.html",
            language,
            sheet=sheet,
            words=_speaker(survey, language),
            until=letters.facts(survey, language)["closes"],
            goes_on=goes_on,
            first=at(f"/survey/{token}/{first.code}") + _same_language(request),
        )


@router.get("/survey/{token}/{code}")
def show(request: Request, token: str, code: str) -> Response:
    """One section, with what has been answered; one that is not asked any more leads to where to go on."""
    with session_scope(reading=True) as session:
        try:
            person, survey, sheet = _behind(session, token)
        except ExpiredLink:
            return _closed(None, chosen(request), status=GONE)
        language = chosen(request, person.language)
        if sheet is None or clock.now() >= survey.closes_at:
            return _closed(survey, language)
        section = _section(sheet, code)
        if section is None and sheet.whole.section(code) is None:
            raise HTTPException(404)
        if section is None:
            return see_other(at(f"/survey/{token}") + _same_language(request))
        filled = survey_form.of(section, _with_their_own(session, person, section, sheet), language)
        return _page(request, token, person, survey, sheet, section, filled)


@router.post("/survey/{token}/{code}")
def answer(request: Request, token: str, code: str, form: Form) -> Response:
    """Save a section and go on to the next, or back, or send it in. The same page twice is one answer.

    What cannot be kept is given back: on the page itself, or, where that is not asked any more, on one that says why.
    """
    with session_scope() as session:
        try:
            person, survey, sheet = _behind(session, token, version=value(form, "version"), to_change=True)
        except ExpiredLink:
            return _closed(None, chosen(request), typed=survey_form.said(form), status=GONE)
        language = chosen(request, person.language)
        if sheet is None or clock.now() >= survey.closes_at:
            return _closed(survey, language, typed=survey_form.said(form), status=CONFLICT)
        section, step = _section(sheet, code), value(form, "step")
        if section is None:
            return _not_asked(request, token, language, survey_form.said(form))
        filled = survey_form.read(section, form, sheet.answers, language)
        saved = survey_answers.save(
            session,
            sheet,
            section,
            {name: said for name, said in filled.values.items() if not _identity(section, name)},
            language=language,
            complete=step == SEND and section == _pages(sheet)[-1] and not filled.stops,
            now=clock.now(),
        )
        _keep_own(session, person, section, filled, language)
        if filled.stops if step in (NEXT, SEND) else filled.would_lose(section):
            status = UNPROCESSABLE if filled.problems else 200
            return _page(request, token, person, survey, saved, section, filled, status=status)
    return see_other(at(f"/survey/{token}{_where_next(saved, section, step)}") + _same_language(request))


def _behind(
    session: Session, token: str, *, version: str = "", to_change: bool = False
) -> tuple[Person, Survey, Sheet | None]:
    """Whose link it is, to which survey, and their sheet; None for one the survey does not ask, or not any more.

    To change it their own row is held before that of the cohort, as whoever erases them does.
    """
    link, person = persons.behind(session, "survey", token, to_change=to_change)
    survey = surveys.by_public_id(session, link.about)
    if survey is None:
        raise Gone("The survey this link was for is no longer there.")
    shown = int(version) if re.fullmatch("[0-9]{1,9}", version, re.ASCII) else None
    return person, survey, survey_answers.sheet(session, survey, person.id, version=shown, to_change=to_change)


def _pages(sheet: Sheet) -> list[Section]:
    """The sections that ask this person anything, as far as is known by now."""
    return [section for section in sheet.whole.sections if shown(section, sheet.answers)]


def _section(sheet: Sheet, code: str) -> Section | None:
    return next((section for section in _pages(sheet) if section.code == code), None)


def _goes_on(sheet: Sheet) -> Section:
    """The first section after the last one with an answer; the first of all where there is none."""
    pages = _pages(sheet)
    answered = [
        place for place, section in enumerate(pages) if {q.code for q in section.questions} & set(sheet.answers)
    ]
    if not answered or sheet.complete:
        return pages[0]
    return pages[min(answered[-1] + 1, len(pages) - 1)]


def _where_next(sheet: Sheet, section: Section, step: str) -> str:
    codes = [each.code for each in _pages(sheet)]
    if section.code not in codes or step == SEND:
        return ""
    place = codes.index(section.code) + {BACK: -1, STAY: 0}.get(step, 1)
    return f"/{codes[place]}" if 0 <= place < len(codes) else ""


def _identity(section: Section, code: str) -> bool:
    return any(question.identity for question in section.questions if question.code == code)


def _their_own(section: Section) -> Question | None:
    return next((question for question in section.questions if question.identity), None)


def _with_their_own(session: Session, person: Person, section: Section, sheet: Sheet) -> dict[str, Value]:
    """The answers, and for a question about the person what the register knows: it is kept there and nowhere else."""
    own = _their_own(section)
    answers = dict(sheet.answers)
    if own is not None:
        offered = people.interests(session, person.id)
        answers[own.code] = tuple(role for role in own.allowed if role in offered)
    return answers


def _keep_own(session: Session, person: Person, section: Section, filled: Filled, language: Language) -> None:
    """What they offer goes to the register; offering something is a yes to being asked about it."""
    own = _their_own(section)
    if own is None or own.code in filled.problems:
        return
    said = filled.values.get(own.code, ())
    offered = {said} if isinstance(said, str) else set(said)
    now = clock.now()
    others = people.interests(session, person.id) - set(own.allowed)
    people.set_interests(session, person.id, others | offered, now)
    if offered:
        consents.answer(session, person.id, {CONTACT: True}, language=language, source=SOURCE, at=now)


def _speaker(survey: Survey, language: Language) -> survey_form.Speaker:
    return survey_form.Speaker(
        language, {"{week}": letters.week(survey, language), "{university}": settings().sender.university(language)}
    )


def _same_language(request: Request) -> str:
    return f"?lang={request.query_params['lang']}" if "lang" in request.query_params else ""


def _closed(
    survey: Survey | None, language: Language, *, typed: list[str] | None = None, status: int = 200
) -> Response:
    """`typed`: what came too late, so that it is not lost to whoever wrote it. `survey` None: nobody knows which."""
    results = letters.facts(survey, language)["results"] if survey and survey.published_at else ""
    return page("survey_closed.html", language, status=status, results=results, typed=typed or [])


def _not_asked(request: Request, token: str, language: Language, typed: list[str]) -> Response:
    """The page was made superfluous by an answer from somewhere else while it was being filled in."""
    goes_on = at(f"/survey/{token}") + _same_language(request)
    return page("survey_not_asked.html", language, status=CONFLICT, typed=typed, goes_on=goes_on)


def _page(
    request: Request,
    token: str,
    person: Person,
    survey: Survey,
    sheet: Sheet,
    section: Section,
    filled: Filled,
    *,
    status: int = 200,
) -> Response:
    language = chosen(request, person.language)
    pages = _pages(sheet)
    place = [each.code for each in pages].index(section.code)
    return page(
        "survey_page.html",
        language,
        status=status,
        section=section,
        questions=shown(section, sheet.answers),
        filled=filled,
        words=_speaker(survey, language),
        place=place + 1,
        pages=len(sheet.whole.sections) if place + 1 < len(pages) else place + 1,
        last=section == pages[-1] and section == sheet.whole.sections[-1],
        complete=sheet.complete,
        version=sheet.version,
        countries=countries(language),
        home=HOME,
        kinds=Kind,
        until=letters.facts(survey, language)["closes"],
    )
