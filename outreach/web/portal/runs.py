"""A run that was asked for: how it stands, what a preview found, and the button that starts it for real."""

import re
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from outreach import duty_form
from outreach.database import session_scope
from outreach.duties import Language
from outreach.errors import TemporaryFailure
from outreach.models import DutyRun
from outreach.queries import duty_runs, previews
from outreach.web import duty_words, preview_words, run_standing, security, starting, texts
from outreach.web.framed import opening_new_pages
from outreach.web.language import spoken
from outreach.web.pages import at, see_other
from outreach.web.portal import door
from outreach.web.portal.door import Me
from outreach.web.portal.frame import language_of, show
from outreach.web.run_standing import Standing
from outreach.web.starting import Offer

router: APIRouter = door.router()

RUN_ID = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Words:
    """How a run stands: a word, the colour of it ("", good, bad), what that means, and what the run said itself."""

    word: str
    look: str
    meaning: str
    said: str


@router.get("/runs/{run_id}")
def run(request: Request, me: Me, run_id: str) -> Response:
    """How it stands. Looking changes nothing."""
    return _page(request, me, _run(me, run_id))


@router.post("/runs/{run_id}/again")
def ask_again(request: Request, me: Me, run_id: str) -> Response:
    """Hand a run to Prefect that it has not taken, or of which nobody knows whether it has. It takes it once."""
    found = _run(me, run_id)
    try:
        starting.hand_over(starting.offer(me.viewer, found.duty), found)
    except TemporaryFailure:
        return _page(request, me, found, status=503)
    except starting.NotOffered as error:
        raise HTTPException(404) from error
    except starting.Refused as error:
        return _page(request, me, found, refused=str(error), status=422)
    return see_other(at(f"/portal/runs/{run_id}") + spoken(request))


@router.post("/runs/{run_id}/start")
def start(request: Request, me: Me, run_id: str) -> Response:
    """Start for real what this preview showed. Pressed twice, it is one run."""
    found = _run(me, run_id)
    try:
        started = starting.start_previewed(me.viewer, found)
    except TemporaryFailure:
        return _page(request, me, found, unreachable=True, status=503)
    except starting.NotOffered as error:
        raise HTTPException(404) from error
    except starting.NoGoodPreview:
        return _page(request, me, found, status=409)
    except starting.Refused as error:
        return _page(request, me, found, refused=str(error), status=422)
    return see_other(at(f"/portal/runs/{started.public_id}") + spoken(request))


@router.get("/runs/{run_id}/letters/{number}")
def letter(me: Me, run_id: str, number: int) -> Response:
    """One letter on its own, for the frame of the page: no scripts, nothing fetched."""
    found = _run(me, run_id)
    with session_scope(reading=True) as session:
        preview = previews.of_run(session, found.flow_run_id)
    told = preview_words.letter_at(preview, number) if preview else None
    if told is None:
        raise HTTPException(404)
    return HTMLResponse(opening_new_pages(told["html"]), headers=security.MAIL_HEADERS)


def _run(me: door.Signed, run_id: str) -> DutyRun:
    """Raises HTTPException 404 for one that is not theirs, as for one that is not there."""
    with session_scope(reading=True) as session:
        found = duty_runs.one(session, me.viewer, run_id) if RUN_ID.fullmatch(run_id) else None
    if found is None:
        raise HTTPException(404)
    return found


def _page(
    request: Request,
    me: door.Signed,
    found: DutyRun,
    *,
    refused: str = "",
    unreachable: bool = False,
    status: int = 200,
) -> Response:
    language = language_of(request, me)
    with session_scope(reading=True) as session:
        preview = previews.of_run(session, found.flow_run_id)
        real = duty_runs.real_run_of(session, found.id) if found.preview else None
        looked_at = duty_runs.by_id(session, found.preview_of_id) if found.preview_of_id else None
        campaigns = [] if found.preview else duty_runs.campaigns(session, me.viewer, found)
    standing = run_standing.of(found)
    one = None if standing.kind == "unreachable" else _offer(me, found.duty)
    return show(
        request,
        me,
        "portal/run.html",
        "start",
        status=status,
        run=found,
        title=duty_words.title(found.duty, language),
        whose=duty_words.whose(found, language),
        chosen=_chosen(found, one, language),
        another_day=one is not None and starting.of_another_day(one, found),
        standing=standing,
        words=_words(standing, found, language),
        waves=preview_words.waves(preview, me.viewer, language) if preview else None,
        preview=preview,
        good=starting.is_good(preview),
        real=real,
        looked_at=looked_at,
        campaigns=campaigns,
        refused=refused,
        unreachable=unreachable,
        language_names={code: preview_words.language_name(code, language) for code in ("sv", "en")},
    )


def _offer(me: door.Signed, duty: str) -> Offer | None:
    """What the duty takes, if Prefect says it now."""
    try:
        return starting.offer(me.viewer, duty)
    except (TemporaryFailure, starting.NotOffered):
        return None


def _chosen(found: DutyRun, one: Offer | None, language: Language) -> list[tuple[str, str]]:
    """What was filled in beside the department: (what it is called, value); what was left empty is left out."""
    titles = {field.name: field.title for field in duty_form.fields(one.whole, language)} if one else {}
    return [
        (titles.get(name, name), texts.speaker(language)("start.yes") if value is True else str(value))
        for name, value in found.parameters.items()
        if name != duty_form.DEPARTMENT and value not in (None, "", False, [])
    ]


def _words(standing: Standing, found: DutyRun, language: Language) -> Words:
    say = texts.speaker(language)
    ended = f"start.ended_{standing.name.lower().replace(' ', '_')}"
    if standing.kind == "done" and texts.has(ended):
        return Words(say(f"{ended}_word"), "good" if standing.name == "Previewed" else "", say(ended), "")
    if standing.kind == "done" and standing.name not in ("Completed", ""):
        return Words(say("start.done_word"), "good", say("start.done_otherwise"), standing.sentence)
    look = {"done": "good", "failed": "bad", "cancelled": "bad", "gone": "bad"}.get(standing.kind, "")
    said = standing.sentence if standing.kind == "failed" or not found.preview else ""
    return Words(say(f"start.{standing.kind}_word"), look, say(f"start.{standing.kind}"), said)
