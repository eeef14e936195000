"""Ask those who completed a degree how it went, remind them, thank them, and cut the link to their answers."""

from typing import Any

from prefect import flow, runtime
from prefect.states import Completed
from pydantic import BaseModel, Field, model_validator

from outreach import clock
from outreach.departments import WHOLE_UNIVERSITY, DepartmentChoice
from outreach.prefect_api import guard_reruns
from outreach.surveys.opening import FIRST_MONTH, LAST_MONTH, PROGRAMME
from tasks.approve import approved_waves
from tasks.deliver import deliver_messages
from tasks.figures import publish_campaign_figures
from tasks.next_run import ended, paused_campaigns, plan_next_run
from tasks.open import open_campaigns
from tasks.preview import preview_duty
from tasks.render import render_messages
from tasks.results import publish_results
from tasks.select import select_recipients
from tasks.surveys import cut_links, publish_preflight

DUTY = "career-survey"
MONTH = r"^([12][0-9]{3}-(0[1-9]|1[0-2]))?$"


class CareerSurvey(BaseModel):
    """Which survey. Without a programme: all that are under way, and the month's new cohorts."""

    preview: bool = Field(
        default=False,
        title="Bara förhandsgranska / Preview only",
        description="Visar vilka som skulle få brev och hur breven ser ut. Inget skickas. / Nothing is sent.",
    )
    department: DepartmentChoice = Field(
        default=None,
        title="Institutionens egen uppföljning / A department's own survey",
        description="Lämna tomt för universitetets gemensamma. / Leave empty for the university's own.",
        json_schema_extra={"default": WHOLE_UNIVERSITY},
    )
    programme: str = Field(
        default="",
        max_length=32,
        title="Programmets kod / The programme's code",
        description="T.ex. SMASK. Bara för en institutions egen uppföljning. / For a department's own survey only.",
        json_schema_extra={"x-portal": "own"},  # without one a run goes on with everybody's surveys
    )
    first_month: str = Field(
        default="",
        pattern=MONTH,
        title="Examen från och med / Degrees from",
        description="År och månad, t.ex. 2025-01. / Year and month.",
        json_schema_extra={"x-portal": "own"},
    )
    last_month: str = Field(
        default="",
        pattern=MONTH,
        title="Examen till och med / Degrees until",
        description="År och månad, t.ex. 2025-06. / Year and month.",
        json_schema_extra={"x-portal": "own"},
    )

    @model_validator(mode="after")
    def a_survey_of_ones_own_is_whole(self) -> "CareerSurvey":
        own = [self.programme, self.first_month, self.last_month]
        if any(own) and not (all(own) and self.department):
            raise ValueError("a survey of one's own needs department, programme, first and last month")
        return self

    def own(self) -> dict[str, Any]:
        """What a department's own survey is of; {} for the university's."""
        told = {PROGRAMME: self.programme.strip(), FIRST_MONTH: self.first_month, LAST_MONTH: self.last_month}
        return told if self.programme else {}


def run_name() -> str:
    """What the run is called in Prefect: whose survey, and the day."""
    params = CareerSurvey.model_validate(runtime.flow_run.parameters["params"])
    return (
        f"{params.programme or params.department or 'central'} {clock.today()}{' (preview)' if params.preview else ''}"
    )


@flow(name=DUTY, flow_run_name=run_name)
def career_survey(params: CareerSurvey = CareerSurvey()) -> Any:  # noqa: B008 - Prefect's form
    """Open what is due, ask, remind, thank, and cut the link where its day has come."""
    guard_reruns()
    department = params.department if params.programme else None  # alone it says nothing: every survey is gone on with
    if params.preview:
        people = preview_duty(DUTY, department, params.own(), None)
        return Completed(name="Previewed", message=f"{people} people would be written to. Nothing was sent.")

    publish_results()
    cut_links()
    campaigns = open_campaigns(DUTY, department, params.own())
    for campaign in campaigns:
        publish_preflight(campaign)
        select_recipients(campaign)
        render_messages(campaign)
    planned = 0
    for campaign in campaigns:
        deliver_messages(campaign, approved_waves(campaign))
        planned += publish_campaign_figures(campaign)
    waiting = plan_next_run(DUTY, None, {}, campaigns)  # that run goes on with every survey under way
    return ended(planned, waiting, paused_campaigns(DUTY, params.department))
