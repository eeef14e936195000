"""What a forecast calls a campaign, and where it stands among others."""

from collections.abc import Collection
from datetime import date

from outreach import clock, duties
from outreach.duties import Duty
from outreach.editions import special
from outreach.event import Event
from outreach.forecasting.shape import Sender, Status
from outreach.models import Campaign, CampaignStatus, Survey
from outreach.queries.audiences.newsletter import SPECIAL
from outreach.queries.surveys import Plan

NOT_YET = 2**31  # the id of a campaign that is to be: opened after all others of its moment


def named(campaign: Campaign, waiting: Collection[int], title_sv: str, title_en: str, **more: bool) -> Sender:
    """A campaign there is. `waiting`: the ids of those that wait for a signature."""
    duty = duties.duty(campaign.duty)
    status = Status.WAITING if campaign.id in waiting else Status.UNDER_WAY
    if campaign.status == CampaignStatus.PAUSED:
        status = Status.PAUSED
    order = (-duty.priority, campaign.opened_at.timestamp(), campaign.id)
    return Sender(
        campaign.key, duty.name, title_sv, title_en, campaign.department_code, status, order, duty.counts,
        duty.over_budget == "wait", id=campaign.id, **more,
    )  # fmt: skip


def to_be(
    duty: Duty, key: str, department: str | None, opens: date, title_sv: str, title_en: str, **more: bool
) -> Sender:
    """A campaign that is opened on a day to come."""
    order = (-duty.priority, clock.start_of(opens).timestamp(), NOT_YET)
    return Sender(
        key, duty.name, title_sv, title_en, department, Status.PLANNED, order, duty.counts,
        duty.over_budget == "wait", **more,
    )  # fmt: skip


def titles(duty: Duty, what_sv: str, what_en: str | None = None) -> tuple[str, str]:
    """ "Nyhetsbrev: 2026-Q4"."""
    return f"{duty.title_sv}: {what_sv}", f"{duty.title_en}: {what_en or what_sv}"


def of_edition(campaign: Campaign) -> tuple[str, str]:
    """A newsletter's title in Swedish and English; a special edition's own."""
    duty, extra = duties.duty(campaign.duty), special.read(campaign.parameters)
    if extra is None:
        return titles(duty, campaign.period.removeprefix(SPECIAL))
    return titles(duty, extra.title("sv"), extra.title("en"))


def of_event(duty: Duty, event: Event) -> tuple[str, str]:
    """An invitation's title in Swedish and English, with the event's."""
    return titles(duty, event.title("sv"), event.title("en"))


def of_cohort(duty: Duty, cohort: Plan | Survey) -> tuple[str, str]:
    """ "Uppföljning efter examen: examen 2025-09, 15 månader efter"."""
    month, after = f"{cohort.cohort_month:%Y-%m}", cohort.months_after
    programme = f", {cohort.programme_code}" if cohort.programme_code else ""
    return titles(
        duty, f"examen {month}, {after} månader efter{programme}", f"degrees {month}, {after} months after{programme}"
    )
