"""The page of one campaign: how it stands, how far it is, what became of everyone, why some were left out, and what
was done with it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, prefect_api
from outreach.database import session_scope
from outreach.duties import Language, duties
from outreach.figures.words import STATUSES, reason_words, status_words
from outreach.models import BatchStatus, Campaign, CampaignStatus
from outreach.queries import campaign_figures, campaign_page
from outreach.queries.campaign_figures import Figures
from outreach.queries.campaign_list import ON_ITS_WAY, Progress
from outreach.queries.campaign_page import Decision, Sent
from outreach.viewer import Viewer
from outreach.web import resend, texts
from outreach.web.portal import door
from outreach.web.portal.campaign_parts import opened, page_of, state
from outreach.web.portal.door import Me
from outreach.web.portal.frame import language_of

router: APIRouter = door.router()

ARRIVED = ("delivered", "complained")
TAKEN = ("accepted", "deferred", "dropped", "bounced", *ARRIVED)
LEFT_OUT = ("excluded", "cancelled")


@dataclass(frozen=True)
class Step:
    """A step of the funnel (`campaign.step_<name>`) and how many came so far."""

    name: str
    people: int


@dataclass(frozen=True)
class Letter:
    """One wave: its decision, if its text is to be signed, and its funnel. No steps: nobody was considered yet."""

    wave: int
    decision: Decision | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Line:
    """A line of a table with a column a wave."""

    words: str
    people: tuple[int, ...]


@router.get("/campaigns/{campaign_id}")
def campaign(request: Request, me: Me, campaign_id: int, count: str = "") -> Response:
    """Everything about one campaign but its letters and its people. `count=now`: count a large one, however long it
    takes."""
    language = language_of(request, me)
    with session_scope(reading=True) as session:
        found = opened(session, me, campaign_id)
        now = clock.now()
        counted = (
            campaign_figures.count(session, found, now)
            if count == "now"
            else campaign_figures.current(session, found, now)
        )
        return page_of(
            session,
            request,
            me,
            "portal/campaign.html",
            found,
            **_progress(session, found),
            figures=counted,
            cards=_letters(campaign_page.decisions(session, found), counted),
            each_time=_asks_each_time(found),
            statuses=_statuses(counted, language),
            reasons=_reasons(counted, me.viewer, language),
            numbers=sorted(counted.waves) if counted else [],
            history=_history(session, found, language),
            doubtful=resend.doubtful(session, found.id),
            later=request.query_params.get("later") == "1",
            run=_run(found) if me.viewer.central else "",
        )


@router.get("/campaigns/{campaign_id}/live")
def live(request: Request, me: Me, campaign_id: int) -> Response:
    """The part of the page that changes while letters leave."""
    with session_scope(reading=True) as session:
        found = opened(session, me, campaign_id)
        return page_of(session, request, me, "portal/campaign_live.html", found, **_progress(session, found))


def _progress(session: Session, campaign: Campaign) -> dict[str, Any]:
    sent = campaign_page.sent(session, campaign.id)
    progress = _sum(sent)
    return {
        "progress": progress,
        "state": state(campaign.status, progress),
        "posting": sum(one.letters for one in sent if one.status is BatchStatus.POSTING),
        "in_doubt": sum(one.batches for one in sent if one.status is BatchStatus.UNKNOWN),
        "last_at": max((one.last_at for one in sent if one.last_at), default=None),
        "as_of": clock.now(),
        "moving": campaign.status is CampaignStatus.OPEN and progress.waiting > 0,
    }


def _sum(sent: Sequence[Sent]) -> Progress:
    stands = [one for one in sent if one.status is not BatchStatus.REJECTED]
    left = [one for one in stands if one.status in ON_ITS_WAY]
    return Progress(sum(one.letters for one in stands), sum(one.letters for one in left))


def _letters(decisions: Sequence[Decision], counted: Figures | None) -> list[Letter]:
    """A letter a wave that has a text or people."""
    decided = {one.wave: one for one in decisions}
    waves = sorted(decided.keys() | (counted.waves.keys() if counted else set()))
    return [Letter(wave, decided.get(wave), _steps(wave, counted)) for wave in waves]


def _steps(wave: int, counted: Figures | None) -> tuple[Step, ...]:
    """How far everyone considered for a wave came. What people did is told beside the first, which asked for it."""
    people = counted.waves.get(wave, {}) if counted else {}
    if not counted or not people:
        return ()
    considered = sum(people.values())
    steps = [
        Step("considered", considered),
        Step("chosen", considered - sum(people.get(status, 0) for status in LEFT_OUT)),
        Step("taken", sum(people.get(status, 0) for status in TAKEN)),
        Step("arrived", sum(people.get(status, 0) for status in ARRIVED)),
    ]
    did = [Step(name, counted.did[name]) for name in ("joined", "answered", "came") if name in counted.did]
    return (*steps, *(did if wave == 1 else ()))


def _statuses(counted: Figures | None, language: Language) -> list[Line]:
    waves = sorted(counted.waves) if counted else []
    found = {status for wave in waves for status in (counted.waves[wave] if counted else ())}
    names = [status for status in STATUSES if status in found] + sorted(found - set(STATUSES))
    return [
        Line(status_words(name, language), tuple(counted.waves[wave].get(name, 0) for wave in waves))
        for name in names
        if counted
    ]


def _reasons(counted: Figures | None, viewer: Viewer, language: Language) -> list[Line]:
    """Why people were not written to, the most common reason first. Others' campaigns are not named."""
    if counted is None:
        return []
    people: dict[str, Counter[int]] = {}
    for wave, counts in counted.reasons.items():
        for reason, count in counts.items():
            people.setdefault(viewer.may_know(reason), Counter())[wave] += count
    waves = sorted(counted.waves)
    lines = [
        Line(reason_words(name, language), tuple(counts[wave] for wave in waves))
        for name, counts in sorted(people.items())
    ]
    return sorted(lines, key=lambda line: -sum(line.people))


def _history(session: Session, campaign: Campaign, language: Language) -> list[tuple[str, campaign_page.Line]]:
    """What was done, in words, with the line that says so; an action without words is given as it is noted."""
    say = texts.speaker(language)
    return [
        (say(f"campaign.act_{line.action}") if texts.has(f"campaign.act_{line.action}") else line.action, line)
        for line in campaign_page.history(session, campaign)
    ]


def _asks_each_time(campaign: Campaign) -> bool:
    found = duties().get(campaign.duty)
    return found is not None and found.approval == "each_time"


def _run(campaign: Campaign) -> str:
    """Where Prefect shows the newest run of the campaign."""
    return prefect_api.flow_run_url(campaign.flow_run_id) if campaign.flow_run_id else ""
