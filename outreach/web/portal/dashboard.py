"""The overview: what waits for me, what every duty is doing, how far the goals are, and how it has gone."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, prefect_overview
from outreach.database import session_scope
from outreach.duties import Language
from outreach.prefect_overview import Overview
from outreach.queries import dashboard as counted
from outreach.queries import goals, snapshots
from outreach.settings import settings
from outreach.web import texts
from outreach.web.portal import dashboard_duties, dashboard_figures, dashboard_waiting, door, scopes
from outreach.web.portal.door import Me, Signed
from outreach.web.portal.frame import language_of, show
from outreach.web.portal.occasion_words import occasions

router: APIRouter = door.router()


@router.get("")
def overview(request: Request, me: Me, of: str = "") -> Response:
    """Everything at a glance. `of`: the department whose figures to show, one of the viewer's."""
    language = language_of(request, me)
    say = texts.speaker(language)
    among = scopes.scopes(me.viewer, language)
    here = scopes.chosen(among, of)
    seen = prefect_overview.overview()
    with session_scope(reading=True) as session:
        live = _live(session, seen, me, language)
        waiting = dashboard_waiting.items(session, dashboard_waiting.Told(me.viewer, say, language, clock.now()))
        kept = snapshots.kept(session, goals.NAME, here.code)
        at_once = kept is None and goals.is_small(session)
    if at_once:
        kept = _counted_now(here.code)
    values = {} if kept is None else _figures(kept.content, language)
    return show(
        request, me, "portal/dashboard.html", "overview",
        scopes=among, scope=here, waiting=waiting, counted_at=kept.made_at if kept else None, **live, **values,
    )  # fmt: skip


@router.get("/live")
def live(request: Request, me: Me) -> Response:
    """The part of the page that changes while letters leave."""
    seen = prefect_overview.overview()
    with session_scope(reading=True) as session:
        values = _live(session, seen, me, language_of(request, me))
    return show(request, me, "portal/dashboard_live.html", "overview", **values)


def _live(session: Session, seen: Overview | None, me: Signed, language: Language) -> dict[str, Any]:
    say = texts.speaker(language)
    sending = counted.sending(session, me.viewer, clock.now())
    names = occasions(session, [(one.duty, one.period) for one in sending], language)
    duties = dashboard_duties.seen(seen, me.viewer, say, language) if seen else []
    return {
        "sending": dashboard_duties.being_sent(sending, names, say, language),
        "duties": [one for one in duties if not one.behind],
        "behind": [one for one in duties if one.behind],
        "prefect": settings().prefect_pages if me.viewer.central else "",
        "seen_at": seen.at if seen else None,
    }


def _counted_now(code: str) -> snapshots.Kept | None:
    """In a new installation nothing has been counted yet: a small register is counted while the reader waits."""
    with session_scope(reading=True) as session:
        found = goals.count(session, clock.now())
    with session_scope() as session:
        goals.keep(session, found, clock.now())
        return snapshots.kept(session, goals.NAME, code)


def _figures(kept: dict[str, Any], language: Language) -> dict[str, Any]:
    say = texts.speaker(language)
    return {
        "tiles": dashboard_figures.tiles(kept, say, language, clock.today().year),
        "delivery": dashboard_figures.delivery(kept, say, language),
        "trends": dashboard_figures.trends(kept, say, language),
    }
