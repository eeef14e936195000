"""The calendar: the coming quarter week by week, as the last forecast has it, and what Prefect plans to start."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, duties, prefect_api, prefect_overview
from outreach.database import session_scope
from outreach.duties import Language
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.prefect_overview import Overview
from outreach.queries import audit, snapshots
from outreach.queries.snapshots import FORECAST
from outreach.web import texts
from outreach.web.language import spoken
from outreach.web.pages import at, see_other
from outreach.web.portal import calendar_words, dashboard_duties, door, scopes
from outreach.web.portal.door import Central, Me
from outreach.web.portal.frame import language_of, show

router: APIRouter = door.router()
SAID = ("started", "unreachable")
NEXT_SHOWN = 3


@dataclass(frozen=True)
class Runs:
    """When Prefect starts a duty next."""

    title: str
    moments: tuple[str, ...]
    paused: bool


@router.get("/calendar")
def calendar(request: Request, me: Me, of: str = "", said: str = "") -> Response:
    """The coming quarter. `of`: the department whose calendar to show, one of the viewer's."""
    language = language_of(request, me)
    say, seen = texts.speaker(language), prefect_overview.overview()
    among = scopes.scopes(me.viewer, language)
    here = scopes.chosen(among, of)
    with session_scope(reading=True) as session:
        kept = snapshots.kept(session, FORECAST, here.code)
    return show(
        request, me, "portal/calendar.html", "calendar",
        scopes=among, scope=here, said=said if said in SAID else "",
        made_at=kept.made_at if kept else None,
        forecast=calendar_words.page(kept.content, here.code, say, language) if kept else None,
        being_made=seen is not None and _is_being_made(seen),
        runs=_runs(seen, language) if seen else None,
    )  # fmt: skip


@router.post("/calendar/forecast")
def make_again(request: Request, me: Central) -> Response:
    """Start the forecast. Asked again within a minute it is the same run."""
    said = "started" if _started(clock.now()) else "unreachable"
    if said == "started":
        with session_scope() as session:
            audit.note(session, actor=me.viewer.actor, action="forecast_started", subject="forecast")
    language = spoken(request).replace("?", "&")
    return see_other(at(f"/portal/calendar?said={said}{language}"))


def _started(now: datetime) -> bool:
    if prefect_overview.overview() is None:
        return False
    try:
        prefect_api.start_duty(FORECAST, {}, idempotency_key=f"portal/forecast/{now:%Y-%m-%dT%H:%M}")
    except (TemporaryFailure, PermanentFailure):
        return False
    return True


def _is_being_made(seen: Overview) -> bool:
    state = seen.duties.get(FORECAST)
    return state is not None and bool(state.running)


def _runs(seen: Overview, language: Language) -> list[Runs]:
    """The duties that write to people, with their next runs."""
    say = texts.speaker(language)
    found = [seen.duties[name] for name in duties.duties() if name in seen.duties]
    return [
        Runs(
            dashboard_duties.title(state.name, say, language),
            tuple(dashboard_duties.brief(run.at, language) for run in state.scheduled[:NEXT_SHOWN]),
            state.paused,
        )
        for state in found
    ]
