"""Deciding about a text from a page: by the link of an approval mail, or signed in to the portal. One way for both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from outreach import database, signing
from outreach.departments import department
from outreach.duties import Language, duty
from outreach.models import Coordinator
from outreach.queries import approvals, surveys
from outreach.surveys import preflight
from outreach.viewer import Viewer
from outreach.web import texts
from outreach.web.forms import Form, value

LONGEST_COMMENT = 2000
DECISIONS = {"approve": True, "send_back": False}
Refusal = Literal["nothing", "changed", "comment"]  # nothing left to decide; another text or audience by now; no reason
STATUS_OF: Mapping[Refusal, int] = {"nothing": 200, "changed": 409, "comment": 422}


@dataclass(frozen=True)
class Asked:
    """What the form says: yes or no to exactly what stood under `code` when the page was made."""

    approved: bool
    code: str
    comment: str


def asked(form: Form) -> Asked:
    """Raises HTTPException (422) for a form that decides nothing."""
    decision = value(form, "decision")
    if decision not in DECISIONS:
        raise HTTPException(422)
    return Asked(DECISIONS[decision], value(form, "code"), value(form, "comment").strip()[:LONGEST_COMMENT])


def one_at_a_time(session: Session, campaign_id: int, wave: int) -> None:
    """Two may press at the same moment: the second sees what the first has decided. Before the sheet is read."""
    database.lock(session, f"approve/{campaign_id}-{wave}")


def take(session: Session, sheet: approvals.Sheet, coordinator: Coordinator, asked: Asked) -> signing.Signed | Refusal:
    """Sign what was asked, or say why not. What was approved can still be sent back, by any who may sign, until its
    campaigns are over. Raises PermanentFailure as `signing.record` does."""
    if not sheet.reach or (sheet.decision == "approved" and asked.approved):
        return "nothing"
    if approvals.normal(asked.code) != approvals.normal(sheet.code):
        return "changed"
    if not asked.approved and not asked.comment:
        return "comment"
    return signing.record(
        session,
        sheet.campaign_id,
        sheet.wave,
        sheet.code,
        coordinator,
        approved=asked.approved,
        comment=asked.comment,
        via="web",
    )


def promise(session: Session, sheet: approvals.Sheet, language: Language) -> tuple[list[tuple[str, int]], str] | None:
    """How many answers a survey's invitation can bring, in figures and in words; None for any other letter."""
    about = duty(sheet.duty)
    survey = surveys.by_slug(session, sheet.period) if about.survey and sheet.wave == 1 else None
    if survey is None:
        return None
    found = preflight.preflight(session, survey, about)
    return preflight.lines(found, language), preflight.sentences(found, about, language)


def exclusions(people: Mapping[str, int], viewer: Viewer, language: Language) -> list[tuple[str, int]]:
    """(why people were left out, how many), the most common first. Others' campaigns are not named to the viewer."""
    say = texts.speaker(language)

    def words(reason: str) -> str:
        code, _, campaign = reason.partition(":")  # `over_budget` names the campaign that went first
        key = f"reason.{code}.first" if campaign else f"reason.{code}"
        return say(key, campaign=campaign) if texts.has(key) else say("reason.other", reason=reason)

    found: dict[str, int] = {}
    for reason, count in people.items():
        told = words(viewer.may_know(reason))
        found[told] = found.get(told, 0) + count
    return sorted(found.items(), key=lambda pair: -pair[1])


def by_department(people: Mapping[str, int], language: Language) -> list[tuple[str, int]]:
    """(department, people), the largest first; "" for people who belong to none."""
    named = [(department(code).name(language) if code else "", count) for code, count in people.items()]
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))
