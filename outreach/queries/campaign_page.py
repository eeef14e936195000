"""One campaign, for who may see it: how it stands, how far its batches are, what was decided about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import duties
from outreach.models import Approval, Audit, Batch, BatchStatus, Campaign, Coordinator, Message
from outreach.queries import messages, viewing
from outreach.viewer import Viewer

LARGEST_ID = 2**31 - 1
HISTORY_LINES = 200
SIGNATURES = ("approved", "sent_back")


class Sent(NamedTuple):
    """Batches of a wave in one status: how many, with how many letters, and until when the last was settled."""

    wave: int
    status: BatchStatus
    batches: int
    letters: int
    last_at: datetime | None


class Decision(NamedTuple):
    """The newest signature under a wave's current text, or none (`approved` None). `code` is not worked out here: it
    may depend on everyone in the audience."""

    wave: int
    approved: bool | None
    name: str
    at: datetime | None
    comment: str


class Line(NamedTuple):
    """A line of a campaign's history. `name`: of the coordinator, "" for a program or a key."""

    at: datetime
    actor: str
    name: str
    action: str
    wave: int | None
    detail: dict[str, Any]
    comment: str = ""


def find(session: Session, viewer: Viewer, campaign_id: int) -> Campaign | None:
    """The campaign with this id; None when there is none, or it is not the viewer's."""
    if not 0 < campaign_id <= LARGEST_ID:
        return None
    theirs = viewing.theirs(viewer, Campaign.department_code)
    return session.scalars(select(Campaign).where(Campaign.id == campaign_id, theirs)).one_or_none()


def sent(session: Session, campaign_id: int) -> Sequence[Sent]:
    """The campaign's batches by wave and status."""
    found = session.execute(
        select(Batch.wave, Batch.status, func.count(), func.sum(Batch.size), func.max(Batch.settled_at))
        .where(Batch.campaign_id == campaign_id)
        .group_by(Batch.wave, Batch.status)
        .order_by(Batch.wave, Batch.status)
    )
    return [Sent(*row) for row in found]


def decisions(session: Session, campaign: Campaign) -> Sequence[Decision]:
    """Each wave that has a text now, with the newest decision about that text.

    Where every audience is signed, a decision stands here though the audience may have changed since: to compare
    audiences takes too long for this, and the wave's own page does it.
    """
    waves = session.scalars(
        select(Message.wave)
        .where(Message.campaign_id == campaign.id, Message.current)
        .distinct()
        .order_by(Message.wave)
    ).all()
    return [_decision(session, campaign, wave) for wave in waves]


def _decision(session: Session, campaign: Campaign, wave: int) -> Decision:
    content = messages.content_digest(session, campaign.id, wave)
    found = (
        select(Approval.approved, Coordinator.name, Approval.at, Approval.comment)
        .join(Coordinator, Coordinator.id == Approval.coordinator_id)
        .where(Approval.duty == campaign.duty, Approval.wave == wave, Approval.content_digest == content)
        .order_by(Approval.id.desc())
        .limit(1)
    )
    if duties.duty(campaign.duty).approval == "each_time":
        found = found.where(Approval.campaign_id == campaign.id)
    row = session.execute(found).one_or_none()
    return Decision(wave, *row) if row else Decision(wave, None, "", None, "")


def history(session: Session, campaign: Campaign) -> Sequence[Line]:
    """What was done with the campaign, the newest first, up to HISTORY_LINES; signatures with their comments."""
    lines = [*_signatures(session, campaign), *_noted(session, campaign)]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:HISTORY_LINES]


def _signatures(session: Session, campaign: Campaign) -> list[Line]:
    found = session.execute(
        select(Approval.at, Approval.coordinator_id, Coordinator.name, Approval.approved, Approval.wave, Approval.via)
        .add_columns(Approval.comment)
        .join(Coordinator, Coordinator.id == Approval.coordinator_id)
        .where(Approval.campaign_id == campaign.id)
        .order_by(Approval.id.desc())
        .limit(HISTORY_LINES)
    )
    return [
        Line(at, f"coordinator:{id_}", name, "approved" if yes else "sent_back", wave, {"via": via}, comment)
        for at, id_, name, yes, wave, via, comment in found
    ]


def _noted(session: Session, campaign: Campaign) -> list[Line]:
    """The lines of the audit trail about the campaign or one of its waves, signatures aside."""
    waves = range(1, len(duties.duty(campaign.duty).waves) + 1)
    wave_of = {f"{campaign.key}/{wave}": wave for wave in waves}
    subjects = [campaign.key, f"campaign:{campaign.id}", *wave_of]
    rows = session.execute(
        select(Audit.at, Audit.actor, Audit.action, Audit.subject, Audit.detail)
        .where(Audit.subject.in_(subjects), Audit.action.not_in(SIGNATURES))
        .order_by(Audit.id.desc())
        .limit(HISTORY_LINES)
    ).all()
    names = _names(session, {row.actor for row in rows})
    return [
        Line(row.at, row.actor, names.get(row.actor, ""), row.action, wave_of.get(row.subject), row.detail)
        for row in rows
    ]


def _names(session: Session, actors: set[str]) -> dict[str, str]:
    ids = [int(number) for kind, _, number in (actor.partition(":") for actor in actors) if kind == "coordinator"]
    found = session.execute(select(Coordinator.id, Coordinator.name).where(Coordinator.id.in_(ids)))
    return {f"coordinator:{id_}": name for id_, name in found}


def lines_since(session: Session, actor: str, action: str, since: datetime) -> int:
    """How often somebody has done something since a moment."""
    done = select(func.count()).select_from(Audit).where(Audit.actor == actor, Audit.action == action, Audit.at > since)
    return session.scalar(done) or 0
