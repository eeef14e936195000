"""What waits for a coordinator, and what is being sent now: counted from batches and other small tables, so that it is
cheap however many people there are. Everybody sees what is theirs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from outreach.duties import duties
from outreach.models import (
    Approval,
    Audit,
    Batch,
    BatchStatus,
    Campaign,
    CampaignStatus,
    ContributionRequest,
    FaultReport,
    Message,
    Recipient,
    RecipientStatus,
    Survey,
    SurveyMember,
)
from outreach.queries import approvals, messages
from outreach.queries.viewing import theirs
from outreach.viewer import Viewer

LATELY = timedelta(hours=1)
MOST_SENDING = 8
NOT_GONE = (BatchStatus.PLANNED, BatchStatus.POSTING)
Wave = tuple[int, int]  # campaign id, number of the wave


@dataclass(frozen=True)
class ToSign:
    """A text that waits for a signature. `people`: whom the batches that wait were made for. `sends_at`: the first
    moment it could leave, where it has one. `sent_back`: somebody has said no to it."""

    campaign_id: int
    key: str
    duty: str
    period: str
    department_code: str | None
    wave: int
    people: int
    sends_at: datetime | None
    expires_at: datetime | None
    sent_back: bool


@dataclass(frozen=True)
class InDoubt:
    """People of a campaign of whom nobody knows whether they got it. `since`: the oldest claim."""

    campaign_id: int
    key: str
    duty: str
    period: str
    department_code: str | None
    people: int
    since: datetime


@dataclass(frozen=True)
class Request:
    """Stories asked for: by when, for which edition, of how many coordinators."""

    period: str
    deadline: date
    coordinators: int


@dataclass(frozen=True)
class OpenSurvey:
    """A survey that takes answers. `asked`, `answered`: people."""

    slug: str
    months_after: int
    cohort_month: date
    department_code: str | None
    closes_at: datetime
    asked: int
    answered: int


@dataclass(frozen=True)
class Sending:
    """A wave some of whose batches have left and others have not. In people: whom the batches were made for."""

    campaign_id: int
    key: str
    duty: str
    period: str
    department_code: str | None
    wave: int
    done: int
    total: int


def to_sign(session: Session, viewer: Viewer) -> list[ToSign]:
    """Everything that waits for a signature or was sent back, what ends first before the rest."""
    waiting = _waiting(session, viewer)
    contents = _contents(session, [one.campaign_id for one in waiting])
    decided = _decided(session, waiting, contents)
    return [
        one if (one.campaign_id, one.wave) not in decided else _sent_back(one)
        for one in waiting
        if (one.campaign_id, one.wave) in contents and not decided.get((one.campaign_id, one.wave), False)
    ]


def _waiting(session: Session, viewer: Viewer) -> list[ToSign]:
    """Waves with batches that have not left, of open campaigns of duties that somebody signs."""
    signed = [name for name, duty in duties().items() if duty.approval != "never"]
    found = session.execute(
        select(
            Campaign.id, Campaign.key, Campaign.duty, Campaign.period, Campaign.department_code, Batch.wave,
            func.sum(Batch.size), func.min(Batch.not_before), Campaign.expires_at,
        )
        .join(Batch, and_(Batch.campaign_id == Campaign.id, Batch.status == BatchStatus.PLANNED))
        .where(Campaign.status == CampaignStatus.OPEN, Campaign.duty.in_(signed))
        .where(theirs(viewer, Campaign.department_code))
        .group_by(
            Campaign.id, Campaign.key, Campaign.duty, Campaign.period, Campaign.department_code, Batch.wave,
            Campaign.expires_at,
        )
        .order_by(Campaign.expires_at, Campaign.id, Batch.wave)
    )  # fmt: skip
    return [ToSign(*row, sent_back=False) for row in found.tuples()]


def _sent_back(one: ToSign) -> ToSign:
    return ToSign(**{**one.__dict__, "sent_back": True})


def _contents(session: Session, campaign_ids: Collection[int]) -> dict[Wave, str]:
    """Wave -> the digest of its text, of those that have one."""
    found = session.execute(
        select(Message.campaign_id, Message.wave, Message.variant, Message.digest)
        .where(Message.campaign_id.in_(campaign_ids), Message.current)
        .order_by(Message.campaign_id, Message.wave, Message.variant)
    )
    texts: dict[Wave, list[tuple[str, str]]] = {}
    for campaign_id, wave, variant, digest in found:
        texts.setdefault((campaign_id, wave), []).append((variant, digest))
    return {wave: messages.digest_of(variants) for wave, variants in texts.items()}


def _decided(session: Session, waiting: Sequence[ToSign], contents: Mapping[Wave, str]) -> dict[Wave, bool]:
    """Wave -> the newest decision about its text, where there is one that stands: whether it was a yes.

    As `approvals.is_approved` says, but for one thing: whether somebody was selected after a signature is seen by the
    wave's newest batch alone, for the digest over everybody is long work in a large campaign.
    """
    each_time = {name for name, duty in duties().items() if duty.approval == "each_time"}
    found = session.execute(
        select(Approval.id, Approval.campaign_id, Approval.duty, Approval.wave, Approval.content_digest,
               Approval.approved, Approval.at)
        .where(Approval.content_digest.in_(set(contents.values())))
        .order_by(Approval.id)
    ).all()  # fmt: skip
    audiences = [one.campaign_id for one in waiting if one.duty in each_time]
    voids, selected = _voids(session, audiences), _newest_selected(session, audiences)
    decided: dict[Wave, bool] = {}
    for one in waiting:
        wave = (one.campaign_id, one.wave)
        for row in found:
            if (row.duty, row.wave, row.content_digest) != (one.duty, one.wave, contents.get(wave)):
                continue
            for_this = row.campaign_id == one.campaign_id and row.id > voids.get(one.campaign_id, 0)
            if one.duty not in each_time or (for_this and row.at >= selected.get(wave, row.at)):
                decided[wave] = row.approved  # the newest comes last
    return decided


def _voids(session: Session, campaign_ids: Collection[int]) -> dict[int, int]:
    """Campaign -> the newest decision that does not count any more."""
    subjects = {f"campaign:{campaign_id}": campaign_id for campaign_id in campaign_ids}
    found = select(Audit.subject, Audit.detail).where(Audit.action == approvals.VOID, Audit.subject.in_(subjects))
    voids: dict[int, int] = {}
    for subject, detail in session.execute(found):
        campaign_id = subjects[subject]
        voids[campaign_id] = max(voids.get(campaign_id, 0), int(detail["decisions_up_to"]))
    return voids


def _newest_selected(session: Session, campaign_ids: Collection[int]) -> dict[Wave, datetime]:
    """Wave -> when somebody was last selected for it: whoever comes last lies in its newest batch."""
    last = select(func.max(Batch.id)).where(Batch.campaign_id.in_(campaign_ids)).group_by(Batch.campaign_id, Batch.wave)
    found = session.execute(
        select(Batch.campaign_id, Batch.wave, func.max(Recipient.planned_at))
        .join(Recipient, Recipient.batch_id == Batch.id)
        .where(Batch.id.in_(last), Recipient.planned_at.is_not(None))
        .group_by(Batch.campaign_id, Batch.wave)
    )
    return {(campaign_id, wave): at for campaign_id, wave, at in found}


def in_doubt(session: Session, viewer: Viewer, before: datetime) -> list[InDoubt]:
    """Campaigns with people unknown in batches claimed before a moment, the oldest first.

    The batches are found first: there are few, and what the database would rather begin with are all recipients.
    """
    lost = select(Batch.id).where(Batch.status == BatchStatus.UNKNOWN, Batch.claimed_at < before)
    batches = session.scalars(lost).all()
    if not batches:
        return []
    columns = (Campaign.id, Campaign.key, Campaign.duty, Campaign.period, Campaign.department_code)
    found = session.execute(
        select(*columns, func.count(), func.min(Batch.claimed_at))
        .join(Batch, Batch.campaign_id == Campaign.id)
        .join(Recipient, Recipient.batch_id == Batch.id)
        .where(Batch.id.in_(batches), Recipient.status == RecipientStatus.UNKNOWN)
        .where(theirs(viewer, Campaign.department_code))
        .group_by(*columns)
        .order_by(func.min(Batch.claimed_at))
    )
    return [InDoubt(*row[:-1], since=row[-1]) for row in found.tuples() if row[-1] is not None]


def requests(session: Session, viewer: Viewer, day: date) -> list[Request]:
    """The stories asked for whose last day has not passed: of a department's coordinator, or of all for central."""
    mine = true() if viewer.central else ContributionRequest.coordinator_id == viewer.coordinator_id
    found = session.execute(
        select(
            ContributionRequest.period,
            func.max(ContributionRequest.deadline),
            func.count(func.distinct(ContributionRequest.coordinator_id)),
        )
        .where(ContributionRequest.deadline >= day, mine)
        .group_by(ContributionRequest.period)
        .order_by(func.max(ContributionRequest.deadline))
    )
    return [Request(*row) for row in found.tuples()]


def open_surveys(session: Session, viewer: Viewer, now: datetime) -> list[OpenSurvey]:
    """The surveys that take answers, with how many have, the first to close first."""
    columns = (
        Survey.slug, Survey.months_after, Survey.cohort_month, Survey.department_code, Survey.closes_at,
    )  # fmt: skip
    answered = func.coalesce(func.sum(case((SurveyMember.answered, 1), else_=0)), 0)
    found = session.execute(
        select(*columns, func.count(SurveyMember.id), answered)
        .outerjoin(SurveyMember, and_(SurveyMember.survey_id == Survey.id, SurveyMember.excluded == ""))
        .where(Survey.opened_at <= now, Survey.closes_at > now, theirs(viewer, Survey.department_code))
        .group_by(Survey.id, *columns)
        .order_by(Survey.closes_at, Survey.slug)
    )
    return [OpenSurvey(*row) for row in found.tuples()]


def faults(session: Session) -> int:
    """How many fault reports nobody has dealt with."""
    return session.scalar(select(func.count()).where(FaultReport.handled_at.is_(None))) or 0


def sending(session: Session, viewer: Viewer, now: datetime) -> list[Sending]:
    """Waves that are being sent, the newest campaigns': a batch is on its way, or one left lately and others wait."""
    columns = (Campaign.id, Campaign.key, Campaign.duty, Campaign.period, Campaign.department_code, Batch.wave)
    done = func.sum(case((Batch.status.in_(NOT_GONE), 0), else_=Batch.size))
    posting = func.sum(case((Batch.status == BatchStatus.POSTING, 1), else_=0))
    lately = func.max(Batch.claimed_at) >= now - LATELY
    other = aliased(Batch)
    left = exists().where(other.campaign_id == Campaign.id, other.status.in_(NOT_GONE))
    found = session.execute(
        select(*columns, done, func.sum(Batch.size))
        .join(Batch, Batch.campaign_id == Campaign.id)
        .where(Campaign.status == CampaignStatus.OPEN, theirs(viewer, Campaign.department_code), left)
        .group_by(*columns)
        .having(or_(posting > 0, and_(lately, done < func.sum(Batch.size))))
        .order_by(Campaign.id.desc(), Batch.wave)
        .limit(MOST_SENDING)
    )
    return [Sending(*row) for row in found.tuples()]
