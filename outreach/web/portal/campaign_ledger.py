"""The people of a campaign: did this person get it, and if not, why? What is typed is somebody's name or address: it is
posted, so that no address of a page holds it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, links
from outreach.database import session_scope
from outreach.duties import Language, duties
from outreach.figures.words import REASONS, STATUSES, reason_words, status_words
from outreach.models import Campaign
from outreach.queries import audit, campaign_figures, campaign_page, campaign_people
from outreach.queries.campaign_people import Absent, Entry
from outreach.register.addresses import normalised_address
from outreach.viewer import Viewer
from outreach.web.forms import Form, value
from outreach.web.portal import door
from outreach.web.portal.campaign_parts import opened, page_of
from outreach.web.portal.door import Me, Signed
from outreach.web.portal.frame import language_of

router: APIRouter = door.router()

LONGEST = 320
MOST_FOUND = 50  # people
LOOKED = "looked_in_ledger"


@dataclass(frozen=True)
class Line:
    """An entry with its words. `status`: the name of the text that says how one person stands."""

    entry: Entry
    name: str
    status: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Answer:
    """What a search found. `absent`: why not, where that can be told of exactly one person."""

    typed: str
    entries: Sequence[Entry] = ()
    more: bool = False
    absent: Absent | None = None


@dataclass(frozen=True)
class Shown:
    """Which part of the ledger is looked through."""

    wave: int = 1
    status: str = ""
    reason: str = ""
    after: int = 0


@router.get("/campaigns/{campaign_id}/ledger")
def look_through(
    request: Request,
    me: Me,
    campaign_id: int,
    wave: int = 1,
    status: str = "",
    reason: str = "",
    after: int = 0,
) -> Response:
    """The field to write in, and everyone in a wave by pages, in the order they were entered."""
    if not 0 <= after <= campaign_page.LARGEST_ID:
        raise HTTPException(404)
    with session_scope() as session:
        found = opened(session, me, campaign_id)
        if not 1 <= wave <= max(1, _waves(found)):
            raise HTTPException(404)
        entries = campaign_people.page(
            session,
            me.viewer,
            found.id,
            wave,
            status=status,
            reason=reason,
            after=after,
            most=campaign_people.PAGE_SIZE + 1,
        )
        page, more = entries[: campaign_people.PAGE_SIZE], len(entries) > campaign_people.PAGE_SIZE
        _note(session, me, found, page)
        return _page(request, session, me, found, Shown(wave, status, reason, after), page, more=more)


@router.post("/campaigns/{campaign_id}/ledger")
def look_up(request: Request, me: Me, campaign_id: int, form: Form) -> Response:
    """What stands of one person, by address, student id or name."""
    typed = " ".join(value(form, "who").split())[:LONGEST]
    with session_scope() as session:
        found = opened(session, me, campaign_id)
        answer = _answer(session, me, found, typed) if typed else Answer("")
        _note(session, me, found, answer.entries)
        return _page(request, session, me, found, Shown(), answer.entries, answer=answer)


def _answer(session: Session, me: Signed, campaign: Campaign, typed: str) -> Answer:
    """By address what holds an @; else by student id, and where nobody has it, by name."""
    address = normalised_address(typed) if "@" in typed else None
    if "@" in typed and address is None:
        return Answer(typed, absent=Absent("nothing"))
    exact = campaign_people.with_address(address) if address else campaign_people.with_student_uid(typed)
    entries = campaign_people.found(session, me.viewer, campaign.id, [exact], MOST_FOUND + 1)
    if not entries and not address:
        theirs = campaign_people.named(typed)
        entries = campaign_people.found(session, me.viewer, campaign.id, theirs, MOST_FOUND + 1)
    if entries:
        return Answer(typed, entries, more=len({entry.person_id for entry in entries}) > MOST_FOUND)
    hashes = [links.address_hash(address)] if address else [links.uid_hash(typed)]
    absent = campaign_people.absent(session, me.viewer, campaign, exact, hashes, clock.today())
    named = not address and absent.why in ("nobody", "nothing")  # what was typed may as well be a name
    return Answer(typed, absent=Absent("nothing") if named else absent)


def _note(session: Session, me: Signed, campaign: Campaign, entries: Sequence[Entry]) -> None:
    """Whoever is shown stands in the audit trail, by id; what was typed does not."""
    people = sorted({entry.person_id for entry in entries if entry.person_id is not None})
    if people:
        subject = f"ledger:{campaign.id}"
        audit.note(session, actor=me.viewer.actor, action=LOOKED, subject=subject, detail={"people": people})


def _page(
    request: Request,
    session: Session,
    me: Signed,
    campaign: Campaign,
    shown: Shown,
    entries: Sequence[Entry],
    *,
    more: bool = False,
    answer: Answer | None = None,
) -> Response:
    """`answer`: what a search found; None for the ledger by pages."""
    language = language_of(request, me)
    statuses, reasons = _choices(session, campaign, language)
    absent = answer.absent if answer else None
    told = reason_words(me.viewer.may_know(absent.reason), language) if absent and absent.reason else ""
    further = replace(shown, after=entries[-1].id) if more else None
    return page_of(
        session,
        request,
        me,
        "portal/campaign_ledger.html",
        campaign,
        lines=[_line(entry, me.viewer, language) for entry in entries],
        shown=shown,
        answer=answer,
        absent=absent,
        absent_reason=told,
        statuses=statuses,
        reasons=reasons,
        filtered=bool(shown.status or shown.reason),
        kept=_query(shown),
        further=_query(further) if further else "",
    )


def _line(entry: Entry, viewer: Viewer, language: Language) -> Line:
    name = f"{entry.first_name or ''} {entry.last_name or ''}".strip()
    reason = reason_words(viewer.may_know(entry.reason), language) if entry.reason else ""
    return Line(entry, name, f"campaign.one_{entry.status}", reason, entry.at)


def _choices(
    session: Session, campaign: Campaign, language: Language
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(code, words) of the statuses and reasons that can be chosen: those there are, where they have been counted."""
    counted = campaign_figures.current(session, campaign, clock.now())
    statuses = {status for wave in counted.waves.values() for status in wave} if counted else set(STATUSES)
    reasons = {reason.partition(":")[0] for wave in counted.reasons.values() for reason in wave} if counted else REASONS
    return (
        [(status, status_words(status, language)) for status in STATUSES if status in statuses],
        sorted(((reason, reason_words(reason, language)) for reason in reasons if reason), key=lambda pair: pair[1]),
    )


def _query(shown: Shown) -> str:
    given = {"wave": shown.wave, "status": shown.status, "reason": shown.reason, "after": shown.after}
    return urlencode({name: value for name, value in given.items() if value})


def _waves(campaign: Campaign) -> int:
    known = duties().get(campaign.duty)
    return len(known.waves) if known else 0
