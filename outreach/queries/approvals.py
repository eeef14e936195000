"""Signatures: a coordinator approves a text and an audience by their digests, or sends them back.

What is signed has a short code, so that a person can see on paper, in a terminal and in the Prefect UI that it is the
same thing. Any change gives another code, and the old signature no longer counts. The newest decision holds, so a yes
can be taken back. What is void (`void`) stays so, even if the text should come to say the same again.
"""

import base64
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import SQLColumnExpression, String, cast, exists, func, insert, select
from sqlalchemy.orm import Session

from outreach import clock, duties
from outreach.errors import PermanentFailure
from outreach.models import Approval, Audit, Campaign, CampaignStatus, Coordinator, Message, Recipient, RecipientStatus
from outreach.queries import audit, campaigns, contact_budget, messages, office

UNDER_WAY = (CampaignStatus.OPEN, CampaignStatus.PAUSED)
VOID = "signature_void"


@dataclass(frozen=True)
class Reach:
    """The people one campaign has waiting for a text."""

    key: str
    period: str
    departments: dict[str, int]  # people by the department that writes to them

    @property
    def people(self) -> int:
        return sum(self.departments.values())


@dataclass(frozen=True)
class Sheet:
    """What lies on the table: one wave of one campaign, its text, its audience, and who decided what about them."""

    campaign_id: int
    key: str
    duty: str
    period: str
    wave: int
    department_code: str | None
    people: int
    exclusions: dict[str, int]  # by reason, as `contact_budget.in_short` gives it
    messages: Sequence[Message]
    content_digest: str
    audience_digest: str
    code: str
    decision: str | None  # "approved", "rejected" or None
    decided_by: str | None
    decided_at: datetime | None
    comment: str
    reach: tuple[Reach, ...]  # every campaign under way that a decision about this code holds for

    @property
    def waiting(self) -> int:
        """How many people wait under the code, in all its campaigns."""
        return sum(campaign.people for campaign in self.reach)

    @property
    def departments(self) -> dict[str, int]:
        """The same people by the department that writes to them ("" for none)."""
        total: Counter[str] = Counter()
        for campaign in self.reach:
            total.update(campaign.departments)
        return dict(total)


def sheet(session: Session, campaign_id: int, wave: int) -> Sheet:
    """The sheet as it stands now. Raises PermanentFailure for a campaign or wave that is not there."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None or not 1 <= wave <= len(duties.duty(campaign.duty).waves):
        raise PermanentFailure("There is no such campaign any more.")
    content = messages.content_digest(session, campaign_id, wave)
    audience = audience_digest(session, campaign_id, wave)
    decided = _decision(session, campaign, wave, content, audience)
    planned = _by(session, campaign_id, wave, RecipientStatus.PLANNED, Recipient.department_code)
    return Sheet(
        campaign_id=campaign_id,
        key=campaign.key,
        duty=campaign.duty,
        period=campaign.period,
        wave=wave,
        department_code=campaign.department_code,
        people=sum(planned.values()),
        exclusions=_by(session, campaign_id, wave, RecipientStatus.EXCLUDED, contact_budget.in_short()),
        messages=messages.current(session, campaign_id, wave),
        content_digest=content,
        audience_digest=audience,
        code=_code(session, campaign, wave, content, audience),
        decision=None if decided is None else "approved" if decided[0].approved else "rejected",
        decided_by=None if decided is None else decided[1],
        decided_at=None if decided is None else decided[0].at,
        comment="" if decided is None else decided[0].comment,
        reach=tuple(_reach(session, campaign, wave, content)),
    )


def is_approved(session: Session, campaign: Campaign, wave: int) -> bool:
    """Whether this text and, where the duty asks for it each time, this audience carry a standing signature."""
    if duties.duty(campaign.duty).approval == "never":
        return True
    content = messages.content_digest(session, campaign.id, wave)
    decided = _decision(session, campaign, wave, content, _audience_if_signed(session, campaign, wave))
    return decided is not None and decided[0].approved


def taken_back(session: Session, campaign: Campaign, contents: Collection[str], since: datetime) -> bool:
    """Whether somebody has said no, `since` a moment, to a text that was approved: content digests of this duty's.

    Asked before each batch of a sending: one look into an index.
    """
    no = exists().where(
        Approval.duty == campaign.duty,
        Approval.content_digest.in_(contents),
        Approval.approved.is_(False),
        Approval.at >= since,
    )
    if duties.duty(campaign.duty).approval == "each_time":
        no = no.where(Approval.campaign_id == campaign.id)
    return bool(session.scalar(select(no)))


def sign(
    session: Session,
    *,
    campaign_id: int,
    wave: int,
    code: str,
    coordinator_id: int,
    approved: bool,
    comment: str,
    via: str,
) -> datetime:
    """Record a decision about exactly what `code` stands for, and return its time.

    Raises PermanentFailure when the text or the audience has changed since, when everything under the code is over, or
    when the coordinator may not decide here.
    """
    campaigns.hold(session, campaign_id)  # nobody takes a story out of the text between the look and the signature
    standing = sheet(session, campaign_id, wave)
    if normal(code) != normal(standing.code):
        raise PermanentFailure(
            f"The text or the audience of {standing.key} has changed since you looked. Look again; the code is new."
        )
    if not standing.reach:
        raise PermanentFailure(f"{standing.key} is over, so there is nothing to decide.")
    if coordinator_id not in {person.id for person in office.approvers(session, standing.department_code)}:
        raise PermanentFailure(f"You may not decide about {standing.key}: it belongs to others.")
    now = clock.now()
    session.execute(
        insert(Approval).values(
            campaign_id=campaign_id,
            duty=standing.duty,
            wave=wave,
            content_digest=standing.content_digest,
            audience_digest=standing.audience_digest,
            coordinator_id=coordinator_id,
            approved=approved,
            comment=comment,
            via=via,
            at=now,
        )
    )
    audit.note(
        session,
        actor=f"coordinator:{coordinator_id}",
        action="approved" if approved else "sent_back",
        subject=f"{standing.key}/{wave}",
        detail={"code": standing.code, "via": via},
    )
    return now


def waiting(session: Session) -> list[tuple[int, int]]:
    """(campaign id, wave) of everything that waits for a signature, oldest first."""
    found = session.execute(
        select(Campaign, Recipient.wave)
        .join(Recipient, Recipient.campaign_id == Campaign.id)
        .where(Campaign.status == CampaignStatus.OPEN, Recipient.status == RecipientStatus.PLANNED)
        .where(exists().where(Message.campaign_id == Campaign.id, Message.wave == Recipient.wave, Message.current))
        .group_by(Campaign.id, Recipient.wave)
        .order_by(Campaign.opened_at, Campaign.id, Recipient.wave)
    )
    return [(campaign.id, wave) for campaign, wave in found.all() if not is_approved(session, campaign, wave)]


def revocable(session: Session) -> list[tuple[int, int]]:
    """(campaign id, wave) of everything a yes can be taken back from: approved, and its campaign under way."""
    found = session.execute(
        select(Campaign, Message.wave)
        .join(Message, Message.campaign_id == Campaign.id)
        .where(Campaign.status.in_(UNDER_WAY), Message.current)
        .group_by(Campaign.id, Message.wave)
        .order_by(Campaign.opened_at, Campaign.id, Message.wave)
    )
    return [
        (campaign.id, wave)
        for campaign, wave in found.all()
        if duties.duty(campaign.duty).approval != "never" and is_approved(session, campaign, wave)
    ]


def find(session: Session, key_or_code: str, *, to_send_back: bool = False) -> list[tuple[int, int]]:
    """What can be decided under a campaign's key, a key with `/wave`, or a code: what waits and, to send back, what was
    approved too. Empty when nothing can.
    """
    found = []
    for campaign_id, wave in waiting(session) + (revocable(session) if to_send_back else []):
        key = campaigns.by_id(session, campaign_id).key
        if key_or_code in {key, f"{key}/{wave}"} or normal(key_or_code) == normal(code_of(session, campaign_id, wave)):
            found.append((campaign_id, wave))
    return found


def code_of(session: Session, campaign_id: int, wave: int) -> str:
    """The short code of what lies on the table now, e.g. `K7Q2-M9XD`."""
    campaign = campaigns.by_id(session, campaign_id)
    content = messages.content_digest(session, campaign_id, wave)
    return _code(session, campaign, wave, content, _audience_if_signed(session, campaign, wave))


def audience_digest(session: Session, campaign_id: int, wave: int) -> str:
    """One digest over everyone who was selected, whoever drops out later included. 64 hex digits."""
    mine = (Recipient.campaign_id == campaign_id, Recipient.wave == wave, Recipient.planned_at.is_not(None))
    together = select(func.aggregate_strings(cast(Recipient.id, String), " ")).where(*mine)
    ids = sorted(map(int, (session.scalar(together) or "").split()))  # one row: of half a million, ten times as fast
    return sha256("".join(f"{id_}\n" for id_ in ids).encode()).hexdigest()


def _audience_if_signed(session: Session, campaign: Campaign, wave: int) -> str:
    """The audience's digest where a signature is for one audience, else nothing: it reads everyone who was selected."""
    signed = duties.duty(campaign.duty).approval == "each_time"
    return audience_digest(session, campaign.id, wave) if signed else ""


def normal(code: str) -> str:
    """A code as typed, without dashes, spaces and case."""
    return code.replace("-", "").replace(" ", "").upper()


def void(session: Session, campaign_ids: Collection[int]) -> None:
    """No decision taken so far counts any more in these campaigns, and what lies on the table gets another code."""
    newest = session.scalar(select(func.max(Approval.id))) or 0
    for campaign_id in campaign_ids:
        detail = {"decisions_up_to": newest}
        audit.note(session, actor="outreach", action=VOID, subject=f"campaign:{campaign_id}", detail=detail)


def _voids(session: Session, campaign: Campaign) -> list[int]:
    """For each time a campaign's signatures became void, the newest decision there was; the last one is the highest."""
    about = (Audit.action == VOID, Audit.subject == f"campaign:{campaign.id}")
    return [int(detail["decisions_up_to"]) for detail in session.scalars(select(Audit.detail).where(*about))]


def _code(session: Session, campaign: Campaign, wave: int, content: str, audience: str) -> str:
    """A text approved once has one code in every campaign; approved each time, it is this campaign's and audience's."""
    signed = f"{campaign.duty}/{wave}/{content}"
    if duties.duty(campaign.duty).approval == "each_time":
        signed += f"/{campaign.key}/{audience}" + "/void" * len(_voids(session, campaign))
    code = base64.b32encode(sha256(signed.encode()).digest())[:8].decode()
    return f"{code[:4]}-{code[4:]}"


def _decision(
    session: Session, campaign: Campaign, wave: int, content: str, audience: str
) -> tuple[Approval, str] | None:
    """The newest decision about this very text (and audience, where asked each time), with the name of who took it."""
    found = (
        select(Approval, Coordinator.name)
        .join(Coordinator, Coordinator.id == Approval.coordinator_id)
        .where(Approval.duty == campaign.duty, Approval.wave == wave, Approval.content_digest == content)
    )
    if duties.duty(campaign.duty).approval == "each_time":
        found = found.where(Approval.campaign_id == campaign.id, Approval.audience_digest == audience)
        found = found.where(Approval.id > max(_voids(session, campaign), default=0))
    row = session.execute(found.order_by(Approval.id.desc()).limit(1)).one_or_none()
    return None if row is None else (row[0], row[1])


def _reach(session: Session, campaign: Campaign, wave: int, content: str) -> list[Reach]:
    """The campaigns under way that share this text, where it is approved once; else this one alone."""
    found = select(Campaign).where(Campaign.status.in_(UNDER_WAY)).order_by(Campaign.opened_at, Campaign.id)
    if duties.duty(campaign.duty).approval == "once_per_text":
        said = select(Message.campaign_id).where(Message.wave == wave, Message.current)
        sharing = [
            other
            for other in session.scalars(found.where(Campaign.duty == campaign.duty, Campaign.id.in_(said)))
            if messages.content_digest(session, other.id, wave) == content
        ]
    else:
        sharing = list(session.scalars(found.where(Campaign.id == campaign.id)))
    return [
        Reach(
            key=one.key,
            period=one.period,
            departments=_by(session, one.id, wave, RecipientStatus.PLANNED, Recipient.department_code),
        )
        for one in sharing
    ]


def _by(
    session: Session, campaign_id: int, wave: int, status: RecipientStatus, column: SQLColumnExpression[Any]
) -> dict[str, int]:
    """How many people of a status there are for each value of `column` ("" for none)."""
    value = func.coalesce(column, "").label("value")
    found = session.execute(
        select(value, func.count())
        .where(Recipient.campaign_id == campaign_id, Recipient.wave == wave, Recipient.status == status)
        .group_by(value)
    )
    return dict(found.tuples().all())
