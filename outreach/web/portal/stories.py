"""The pool of stories, a department's own or everybody's for the central office: reading one, and deciding about it."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.duties import Language
from outreach.editions import calendar
from outreach.models import StoryStatus
from outreach.queries import audit, contributions, editions, stories, story_pool
from outreach.queries.story_pool import Pooled
from outreach.rendering import html_of
from outreach.story import Channel
from outreach.visits import letters
from outreach.web import pictures
from outreach.web.forms import Form, value
from outreach.web.language import spoken
from outreach.web.pages import at, see_other
from outreach.web.planner import whose
from outreach.web.portal import door
from outreach.web.portal.door import Me
from outreach.web.portal.frame import language_of, show

router: APIRouter = door.router()

PLACE = "stories"
MOST = 100
NEWSLETTER = "quarterly-newsletter"
STANDING = (StoryStatus.DRAFT, StoryStatus.READY, StoryStatus.USED)
DECISIONS = {"ready": (StoryStatus.DRAFT,), "withdraw": STANDING}  # what may be decided, and of which stories


@dataclass(frozen=True)
class Line:
    """One story as the list shows it. `usable`: where it may be used today; `why`: what keeps it from the others."""

    story: Pooled
    title: str
    whose: str
    usable: tuple[str, ...]
    why: tuple[str, ...]
    address: str


@router.get("/stories")
def pool(request: Request, me: Me, status: str = "") -> Response:
    """The stories of a status, or all that are not withdrawn, and what is asked for."""
    language, chosen = language_of(request, me), _status(status)
    with session_scope(reading=True) as session:
        counts = story_pool.counts(session, me.viewer)
        wanted = (chosen,) if chosen else STANDING
        found = story_pool.pool(session, me.viewer, statuses=wanted, most=MOST)
        lines = [_line(one, language) for one in found]
        asked = _asked(session, me, language)
    return show(
        request,
        me,
        "portal/stories.html",
        PLACE,
        lines=lines,
        asked=asked,
        counts=[(one.value, counts.get(one, 0)) for one in StoryStatus],
        chosen=chosen.value if chosen else "",
        more=sum(counts.get(one, 0) for one in wanted) - len(lines),
    )


@router.get("/stories/{slug}")
def story(request: Request, me: Me, slug: str) -> Response:
    """One story as it is told, where it may be used, and what can be decided about it."""
    language = language_of(request, me)
    with session_scope(reading=True) as session:
        found = _theirs(session, me, slug)
        whole = stories.by_ids(session, [found.row.id])[0]
    picture = whole.picture
    parts = [(one.title, Markup(html_of(one.body)), one.language) for one in whole.tellings]  # noqa: S704 - the renderer's own HTML
    done = request.query_params.get("done", "")
    return show(
        request,
        me,
        "portal/story.html",
        PLACE,
        line=_line(found, language),
        parts=parts,
        link=whole.link or "",
        picture=pictures.address(picture) if picture else "",
        alt=picture.alt(language) if picture else "",
        channels=[(one.value, story_pool.hindrance(found, one, clock.today())) for one in Channel],
        may=[decision for decision, those in DECISIONS.items() if found.row.status in those],
        done=done if done in DECISIONS else "",
    )


@router.post("/stories/{slug}")
def decide(request: Request, me: Me, slug: str, form: Form) -> Response:
    """Say that a draft has been read and may be used, or take a story back for good."""
    decision = value(form, "decision")
    if decision not in DECISIONS:
        raise HTTPException(422)
    with session_scope() as session:
        found = _theirs(session, me, slug)
        if found.row.status in DECISIONS[decision]:
            _decide(session, me, decision, found.row.id)
    lang = spoken(request)
    return see_other(at(f"/portal/stories/{slug}{lang or '?'}{'&' if lang else ''}done={decision}"))


def _decide(session: Session, me: Me, decision: str, story_id: int) -> None:
    if decision == "ready":
        stories.make_ready(session, story_id, clock.now())
    else:
        stories.withdraw(session, story_id, clock.now())
    action = "made_story_ready" if decision == "ready" else "withdrew_story"
    audit.note(session, actor=me.viewer.actor, action=action, subject=f"story:{story_id}")


def _theirs(session: Session, me: Me, slug: str) -> Pooled:
    found = story_pool.one(session, me.viewer, slug)
    if found is None:
        raise HTTPException(404)
    return found


def _status(given: str) -> StoryStatus | None:
    return next((status for status in StoryStatus if status.value == given), None)


def _line(one: Pooled, language: Language) -> Line:
    row = one.row
    found = {channel.value: story_pool.hindrance(one, channel, clock.today()) for channel in Channel}
    titles = (row.title_sv, row.title_en) if language == "sv" else (row.title_en, row.title_sv)
    return Line(
        story=one,
        title=next(filter(None, titles), row.slug),
        whose=whose(row.department_code, language),
        usable=tuple(channel for channel, why in found.items() if not why),
        why=tuple(dict.fromkeys(why for why in found.values() if why)),
        address=at(f"/portal/stories/{row.slug}"),
    )


def _asked(session: Session, me: Me, language: Language) -> list[dict[str, Any]]:
    """Which of the viewer's departments are asked for stories to the coming edition, and whether any has come."""
    day = clock.today()
    found = story_pool.asked(session, me.viewer, day)
    if not found:
        return []
    opens = calendar.coming(day).opens
    told = contributions.have_told(session, opens, editions.had_before(session, NEWSLETTER, 0))
    return [
        {
            "period": one.period,
            "whose": whose(one.department_code, language),
            "deadline": letters.day(one.deadline, language),
            "reminded": one.reminded,
            "told": one.department_code in told,
        }
        for one in found
    ]
