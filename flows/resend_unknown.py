"""Write again to people of whom nobody knows whether they got the message, from the Prefect UI."""

from typing import Any

from prefect import flow
from prefect.states import Completed
from pydantic import BaseModel, Field

from outreach.prefect_api import guard_reruns
from tasks.resend import plan_again, start_next_run


class ResendUnknown(BaseModel):
    """In which campaign, and who decides it."""

    campaign: str = Field(
        default="",
        title="Utskick / Campaign",
        description="T.ex. graduation-invitation/2026-HT/central, som `outreach unknown list` visar. / Its key.",
    )
    coordinator: str = Field(
        default="",
        title="Din e-postadress / Your e-mail address",
        description="Den adress du har som alumnkoordinator. / The address you have as alumni coordinator.",
    )


@flow(name="resend-unknown")
def resend_unknown(params: ResendUnknown = ResendUnknown()) -> Any:  # noqa: B008 - Prefect's form
    """Plan again whoever has been unknown long enough without a sign of life, and start the next run."""
    guard_reruns()
    resent = plan_again(params.campaign, params.coordinator)
    start_next_run(resent)
    return Completed(message=f"{resent} The next run has been started.")
