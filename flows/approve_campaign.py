"""Sign a text, or send it back, from the Prefect UI."""

from enum import StrEnum
from typing import Any

from prefect import flow
from prefect.states import Completed
from pydantic import BaseModel, Field

from outreach.prefect_api import guard_reruns
from tasks.sign import sign_waiting, start_next_run


class Decision(StrEnum):
    """What the form offers."""

    APPROVE = "Godkänn och skicka / Approve and send"
    SEND_BACK = "Skicka tillbaka / Send back"


class ApproveCampaign(BaseModel):
    """What is signed, and by whom."""

    code: str = Field(
        default="",
        title="Kod / Code",
        description="Koden på sidan där du läste texten, t.ex. K7Q2-M9XD. / The code on the page with the text.",
    )
    coordinator: str = Field(
        default="",
        title="Din e-postadress / Your e-mail address",
        description="Den adress du har som alumnkoordinator. / The address you have as alumni coordinator.",
    )
    decision: Decision = Field(default=Decision.APPROVE, title="Beslut / Decision")
    comment: str = Field(default="", title="Kommentar / Comment", max_length=2000)


@flow(name="approve-campaign")
def approve_campaign(params: ApproveCampaign = ApproveCampaign()) -> Any:  # noqa: B008 - Prefect's form
    """Record the decision about exactly the text and audience the code stands for, and start the next run."""
    guard_reruns()
    approved = params.decision is Decision.APPROVE
    signed = sign_waiting(params.code, params.coordinator, approved, params.comment)
    if approved:
        start_next_run(signed)
        return Completed(message=f"{signed} is approved. The next run has been started.")
    return Completed(name="Sent back", message=f"{signed} was sent back. Nothing is sent.")
