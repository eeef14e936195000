"""What became of a campaign's people, in numbers. Counted at once for most campaigns; for a very large one as it was
counted last, since that takes too long for a page (`keep`, by housekeeping)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from outreach import duties
from outreach.models import Campaign, CampaignStatus, EventRow, Person, Recipient, Rsvp, Snapshot, Survey, SurveyMember
from outreach.queries import figures, ledger, snapshots
from outreach.settings import settings

COUNTED_AT_ONCE = 20_000  # rows of the ledger
SNAPSHOT = "campaign/"


@dataclass(frozen=True)
class Figures:
    """People by wave and status, and by wave and why they were not written to (`figures.exclusions`); what people did
    (`joined`, `answered`, `came`), as far as the duty asks for it; when it was counted."""

    waves: Mapping[int, Mapping[str, int]]
    reasons: Mapping[int, Mapping[str, int]]
    did: Mapping[str, int]
    made_at: datetime
    kept: bool = False


def is_large(session: Session, campaign_id: int) -> bool:
    """Whether a campaign has too many people to count them for a page. Looks at no more than COUNTED_AT_ONCE rows."""
    some = select(literal(1)).where(Recipient.campaign_id == campaign_id).limit(COUNTED_AT_ONCE + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) > COUNTED_AT_ONCE


def current(session: Session, campaign: Campaign, now: datetime) -> Figures | None:
    """The campaign's figures: counted now, or for a large one as they were kept last; None before the first time."""
    return kept(session, campaign.id) if is_large(session, campaign.id) else count(session, campaign, now)


def count(session: Session, campaign: Campaign, now: datetime) -> Figures:
    """Count now, however long it takes."""
    counts = figures.funnel(session, campaign.id)
    reasons = figures.exclusions(session, campaign.id)
    return Figures(
        waves=_nested(zip(counts["wave"], counts["status"], counts["people"], strict=True)),
        reasons=_nested(zip(reasons["wave"], reasons["reason"], reasons["people"], strict=True)),
        did=_did(session, campaign),
        made_at=now,
    )


def keep(session: Session, campaign_id: int, made: Figures) -> None:
    """Keep what was counted for the pages."""
    content = {
        "waves": {str(wave): dict(counts) for wave, counts in made.waves.items()},
        "reasons": {str(wave): dict(counts) for wave, counts in made.reasons.items()},
        "did": dict(made.did),
    }
    snapshots.keep(session, f"{SNAPSHOT}{campaign_id}", {snapshots.WHOLE: content}, made.made_at)


def kept(session: Session, campaign_id: int) -> Figures | None:
    """The figures of a campaign as housekeeping kept them last; None where it has kept none."""
    found = snapshots.kept(session, f"{SNAPSHOT}{campaign_id}")
    if found is None:
        return None
    waves, reasons = (
        {int(wave): counts for wave, counts in found.content[name].items()} for name in ("waves", "reasons")
    )
    return Figures(waves, reasons, found.content["did"], found.made_at, kept=True)


def to_keep(session: Session, now: datetime) -> Sequence[Campaign]:
    """The large campaigns whose figures have not been kept, or may have changed since: those under way, and those the
    provider may still report of."""
    name = literal(SNAPSHOT, String) + cast(Campaign.id, String)
    settled = exists().where(Snapshot.name == name, Snapshot.made_at > Campaign.closed_at)
    reported_until = now - timedelta(days=settings().event_keep_days)
    changing = or_(
        Campaign.status.in_([CampaignStatus.OPEN, CampaignStatus.PAUSED]),
        Campaign.closed_at.is_(None),
        Campaign.closed_at > reported_until,
        ~settled,
    )
    large = (
        select(Recipient.campaign_id)
        .where(Recipient.campaign_id.in_(select(Campaign.id).where(changing)))
        .group_by(Recipient.campaign_id)
        .having(func.count() > COUNTED_AT_ONCE)
    )
    return session.scalars(select(Campaign).where(Campaign.id.in_(large)).order_by(Campaign.id)).all()


def _did(session: Session, campaign: Campaign) -> dict[str, int]:
    """What the duty asks people for, and how many of those written to have done it since the campaign opened."""
    duty = duties.duty(campaign.duty)
    if duty.survey:
        return _answered_a_survey(session, campaign)
    if duty.event and duty.name == "event-invitation":
        return _came_to_an_event(session, campaign)
    return _joined(session, campaign) if duty.invites else {}


def _joined(session: Session, campaign: Campaign) -> dict[str, int]:
    """Members who were written to and joined after the campaign had opened."""
    joined = (
        select(func.count(func.distinct(Recipient.person_id)))
        .join(Person, Person.id == Recipient.person_id)
        .where(
            Recipient.campaign_id == campaign.id,
            Recipient.status.in_(ledger.MAY_HAVE_IT),
            Person.joined_at >= campaign.opened_at,
        )
    )
    return {"joined": session.scalar(joined) or 0}


def _came_to_an_event(session: Session, campaign: Campaign) -> dict[str, int]:
    """Answers to the event, and people who came without their guests. Who came unasked has not answered."""
    of_it = select(EventRow.id).where(EventRow.slug == campaign.period).scalar_subquery()
    answered, came = (
        select(func.count()).select_from(Rsvp).where(Rsvp.event_id == of_it, condition)
        for condition in (Rsvp.walk_in.is_(False), Rsvp.checked_in_at.is_not(None))
    )
    return {"answered": session.scalar(answered) or 0, "came": session.scalar(came) or 0}


def _answered_a_survey(session: Session, campaign: Campaign) -> dict[str, int]:
    of_it = select(Survey.id).where(Survey.slug == campaign.period).scalar_subquery()
    answered = (
        select(func.count())
        .select_from(SurveyMember)
        .where(SurveyMember.survey_id == of_it, SurveyMember.excluded.is_(None), SurveyMember.answered)
    )
    return {"answered": session.scalar(answered) or 0}


def _nested(rows: Any) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for wave, name, people in rows:
        found.setdefault(int(wave), {})[str(name)] = int(people)
    return found
