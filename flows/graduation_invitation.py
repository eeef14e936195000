"""Invite the graduating class to the alumni network, and remind those who have not joined."""

from datetime import date
from typing import Annotated, Any

from prefect import flow, runtime
from prefect.states import Completed
from pydantic import BaseModel, Field, WithJsonSchema, model_validator

from outreach import clock, duties
from outreach.departments import WHOLE_UNIVERSITY, DepartmentChoice
from outreach.prefect_api import guard_reruns
from tasks.approve import approved_waves
from tasks.deliver import deliver_messages
from tasks.figures import publish_campaign_figures, publish_share_joined
from tasks.next_run import ended, paused_campaigns, plan_next_run
from tasks.open import open_campaigns
from tasks.preview import preview_duty
from tasks.render import render_messages
from tasks.select import select_recipients

DUTY = "graduation-invitation"
# Said to Prefect as a day that may be left out, so that its form shows a date picker at once.
DayOrNone = Annotated[date | None, WithJsonSchema({"type": "string", "format": "date"})]


def for_previews(schema: dict[str, Any]) -> None:
    """Prefect refuses an empty field that has a default, even where the default is to be empty."""
    schema.pop("default", None)
    schema["x-portal"] = "preview"


class GraduationInvitation(BaseModel):
    """Whom to invite, and how."""

    department: DepartmentChoice = Field(
        default=None,
        title="Institution / Department",
        description="Vems studenter det gäller. / Whose students it is about.",
        json_schema_extra={"default": WHOLE_UNIVERSITY},
    )
    within_days: int = Field(
        default=duties.duty(DUTY).within_days,
        ge=1,
        le=365,
        title="Dagar före slutet / Days before the end",
        description="Hur långt före slutet en student först får brev. / How early a student is first written to.",
    )
    preview: bool = Field(
        default=False,
        title="Bara förhandsgranska / Preview only",
        description="Visar vilka som skulle få brev och hur breven ser ut. Inget skickas. / Nothing is sent.",
    )
    preview_day: DayOrNone = Field(
        default=None,
        title="Förhandsgranska som om det vore / Preview as if it were",
        description="En annan dag än i dag, bara för förhandsgranskning. / Another day, for previews only.",
        json_schema_extra=for_previews,
    )

    @model_validator(mode="after")
    def a_day_is_for_previews(self) -> "GraduationInvitation":
        if self.preview_day and not self.preview:
            raise ValueError("preview_day is for previews only: tick preview too")
        return self


def run_name() -> str:
    """What the run is called in Prefect: the department it is for, and the day."""
    params = GraduationInvitation.model_validate(runtime.flow_run.parameters["params"])
    return f"{params.department or 'central'} {clock.today()}{' (preview)' if params.preview else ''}"


@flow(name=DUTY, flow_run_name=run_name)
def graduation_invitation(params: GraduationInvitation = GraduationInvitation()) -> Any:  # noqa: B008 - Prefect's form
    """Invite students near the end of their studies, and remind those who have not joined."""
    guard_reruns()
    audience = {"within_days": params.within_days}
    if params.preview:
        people = preview_duty(DUTY, params.department, audience, params.preview_day)
        return Completed(name="Previewed", message=f"{people} people would be written to. Nothing was sent.")

    campaigns = open_campaigns(DUTY, params.department, audience)
    for campaign in campaigns:
        select_recipients(campaign)
        render_messages(campaign)
    planned = 0
    for campaign in campaigns:  # asked only now, so that the coordinators' mail counts everyone
        ready = approved_waves(campaign)
        deliver_messages(campaign, ready)
        planned += publish_campaign_figures(campaign)
    publish_share_joined()
    waiting = plan_next_run(DUTY, params.department, audience, campaigns)
    return ended(planned, waiting, paused_campaigns(DUTY, params.department))
