"""Invite members who live near an event, remind those who have not answered, and tell the hosts how it stands."""

from datetime import date
from typing import Annotated, Any

from prefect import flow, runtime
from prefect.states import Completed
from pydantic import BaseModel, Field, WithJsonSchema, model_validator

from flows.event_notices import send_notices
from outreach import clock
from outreach.departments import WHOLE_UNIVERSITY, DepartmentChoice
from outreach.prefect_api import guard_reruns
from tasks.approve import approved_waves
from tasks.deliver import deliver_messages
from tasks.event_figures import publish_event_figures, publish_reach
from tasks.figures import publish_campaign_figures
from tasks.host_mail import send_host_mails
from tasks.next_run import ended, paused_campaigns, plan_next_run
from tasks.open import open_campaigns
from tasks.preview import preview_duty
from tasks.render import render_messages
from tasks.select import select_recipients

DUTY = "event-invitation"
RADIUS_KM = 100
# Said to Prefect as a day that may be left out, so that its form shows a date picker at once.
DayOrNone = Annotated[date | None, WithJsonSchema({"type": "string", "format": "date"})]


def for_previews(schema: dict[str, Any]) -> None:
    """Prefect refuses an empty field that has a default, even where the default is to be empty."""
    schema.pop("default", None)
    schema["x-portal"] = "preview"


class EventInvitation(BaseModel):
    """Which events, or the question whom a visit would reach."""

    department: DepartmentChoice = Field(
        default=None,
        title="Institution / Department",
        description="Vars evenemang det gäller. Hela universitetet: alla evenemang. / Whose events it is about.",
        json_schema_extra={"default": WHOLE_UNIVERSITY},
    )
    event: str = Field(
        default="",
        max_length=60,
        title="Bara ett evenemang / One event only",
        description="Dess kortnamn, t.ex. alumntraff-tokyo-2027. Tomt: alla. / Its short name. Empty: all of them.",
    )
    preview: bool = Field(
        default=False,
        title="Bara förhandsgranska / Preview only",
        description="Visar vilka som skulle bli inbjudna och hur breven ser ut. Inget skickas. / Nothing is sent.",
    )
    preview_day: DayOrNone = Field(
        default=None,
        title="Förhandsgranska som om det vore / Preview as if it were",
        description="En annan dag än i dag, bara för förhandsgranskning. / Another day, for previews only.",
        json_schema_extra=for_previews,
    )
    preview_city: str = Field(
        default="",
        max_length=100,
        title="Vilka når vi i staden / Whom would we reach in the city",
        description="Visar hur många som bor där, utan att något evenemang finns. Inget skickas. / No event is needed.",
        json_schema_extra={"x-portal": "hidden"},  # it looks at everyone: departments have the planner's page
    )
    preview_country: str = Field(
        default="",
        max_length=100,
        title="Stadens land / The city's country",
        description="Behövs när flera städer heter så. / Needed where several cities have that name.",
        json_schema_extra={"x-portal": "hidden"},
    )
    preview_radius_km: int = Field(
        default=RADIUS_KM,
        ge=0,
        le=20_000,
        title="Hur långt ifrån staden, i km / How far from the city, in km",
        description="0: hela landet. / 0: the whole country.",
        json_schema_extra={"x-portal": "hidden"},
    )

    @model_validator(mode="after")
    def previews_are_asked_for(self) -> "EventInvitation":
        for name in ("preview_day", "preview_city"):
            if getattr(self, name) and not self.preview:
                raise ValueError(f"{name} is for previews only: tick preview too")
        if self.preview_country.strip() and not self.preview_city.strip():
            raise ValueError("preview_country is the country of preview_city: name the city too")
        return self


def run_name() -> str:
    """What the run is called in Prefect: the city or the department it is for, and the day."""
    params = EventInvitation.model_validate(runtime.flow_run.parameters["params"])
    about = params.preview_city.strip() or params.event.strip() or params.department or "alla"
    return f"{about} {clock.today()}{' (preview)' if params.preview else ''}"


@flow(name=DUTY, flow_run_name=run_name)
def event_invitation(params: EventInvitation = EventInvitation()) -> Any:  # noqa: B008 - Prefect's form
    """Invite to the events whose time has come, remind those who have not answered, and tell the hosts."""
    guard_reruns()
    if city := params.preview_city.strip():
        people = publish_reach(city, params.preview_country.strip() or None, params.preview_radius_km or None)
        return Completed(name="Previewed", message=f"{people} people would be invited. Nothing was sent.")
    named = {"event": params.event}
    if params.preview:
        people = preview_duty(DUTY, params.department, named, params.preview_day)
        return Completed(name="Previewed", message=f"{people} people would be written to. Nothing was sent.")

    invitations = open_campaigns(DUTY, params.department, named)
    for campaign in invitations:
        select_recipients(campaign)
        render_messages(campaign)
    planned = 0
    for campaign in invitations:  # asked only now, so that the coordinators' mail counts everyone
        ready = approved_waves(campaign)
        deliver_messages(campaign, ready)
        planned += publish_campaign_figures(campaign)
    send_host_mails()
    send_notices()
    publish_event_figures()
    waiting = plan_next_run(DUTY, params.department, named, invitations)
    return ended(planned, waiting, paused_campaigns(DUTY, params.department, everyones=True))
