"""Pause a campaign, go on with it, or cancel it, from the Prefect UI."""

from enum import StrEnum
from typing import Any

from prefect import flow
from prefect.states import Completed
from pydantic import BaseModel, Field

from outreach.prefect_api import guard_reruns
from outreach.steering import Turn
from tasks.steer import start_next_run, steer_campaign


class Choice(StrEnum):
    """What the form offers."""

    PAUSE = "Pausa / Pause"
    RESUME = "Fortsätt / Resume"
    CANCEL = "Avbryt för gott / Cancel for good"


TURNS = {Choice.PAUSE: Turn.PAUSE, Choice.RESUME: Turn.RESUME, Choice.CANCEL: Turn.CANCEL}


class CampaignStatus(BaseModel):
    """Which campaign, what to do with it, and who decides it."""

    campaign: str = Field(
        default="",
        title="Utskick / Campaign",
        description="T.ex. graduation-invitation/2026-HT/central, som `outreach status` visar. / Its key.",
    )
    choice: Choice = Field(default=Choice.PAUSE, title="Vad ska hända / What to do")
    coordinator: str = Field(
        default="",
        title="Din e-postadress / Your e-mail address",
        description="Den adress du har som alumnkoordinator. / The address you have as alumni coordinator.",
    )


@flow(name="campaign-status")
def campaign_status(params: CampaignStatus = CampaignStatus()) -> Any:  # noqa: B008 - Prefect's form
    """Pause, resume or cancel a campaign. What was handed over before stays as it is; resuming starts the next run."""
    guard_reruns()
    turn = TURNS[params.choice]
    steered = steer_campaign(params.campaign, params.coordinator, turn)
    if turn is Turn.RESUME:
        start_next_run(steered)
        return Completed(name="Resumed", message=f"{steered} The next run has been started.")
    return Completed(name="Paused" if turn is Turn.PAUSE else "Cancelled by office", message=str(steered))
