"""Campaigns and what became of them, in counts: nobody's name or address leaves here."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from outreach.database import session_scope
from outreach.models import Campaign, CampaignStatus, RecipientStatus
from outreach.queries import campaign_list, previews
from outreach.queries.campaign_list import Filters, Listed
from outreach.viewer import Viewer
from outreach.web.api import problems
from outreach.web.api.door import Caller
from outreach.web.api.runs import Most, without_campaigns
from outreach.web.api.shapes import CampaignOut, CampaignWave, CampaignWithFunnel

router = APIRouter(tags=["campaigns"])

Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
First = Annotated[int, Query(ge=0, le=1_000_000, description="How many of the newest to leave out")]
DutyName = Annotated[str | None, Query(pattern="^[a-z][a-z0-9-]{0,63}$")]


@router.get("/campaigns", summary="Campaigns, the newest first", responses=problems.documented())
def campaigns(
    caller: Caller, duty: DutyName = None, status: CampaignStatus | None = None, first: First = 0, most: Most = 50
) -> list[CampaignOut]:
    asked = Filters(duty=duty or "", status=status or "")
    with session_scope(reading=True) as session:
        return [_told(one) for one in campaign_list.page(session, caller, asked, first=first, most=most)]


@router.get("/campaigns/{campaign_id}", summary="A campaign in figures", responses=problems.documented(404))
def campaign(caller: Caller, campaign_id: Id) -> CampaignWithFunnel:
    """How many people of each wave stand where, and why others are left out."""
    with session_scope(reading=True) as session:
        found = _one(session, caller, campaign_id)
        rows = previews.counted(session, found.id)
    waves = []
    for number in sorted({row.wave for row in rows}):
        funnel: dict[str, int] = {}
        exclusions: dict[str, int] = {}
        for row in (row for row in rows if row.wave == number):
            funnel[row.status.value] = funnel.get(row.status.value, 0) + row.people
            if row.status == RecipientStatus.EXCLUDED:
                exclusions[row.reason] = exclusions.get(row.reason, 0) + row.people
        waves.append(CampaignWave(wave=number, funnel=funnel, exclusions=without_campaigns(exclusions)))
    return CampaignWithFunnel(**_told(found).model_dump(), waves=waves)


def _one(session: Session, caller: Viewer, campaign_id: int) -> Campaign:
    """Raises HTTPException 404 for one that is not theirs, as for one that is not there."""
    found = session.get(Campaign, campaign_id)
    if found is None or not caller.owns(found.department_code):
        raise HTTPException(404)
    return found


def _told(one: Listed | Campaign) -> CampaignOut:
    return CampaignOut(
        id=one.id,
        key=one.key,
        duty=one.duty,
        period=one.period,
        department=one.department_code,
        status=one.status.value,
        opened_at=one.opened_at,
    )
