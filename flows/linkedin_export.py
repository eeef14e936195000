"""Make the week's posts for the university's LinkedIn page and the alumni group."""

from typing import Annotated, Any

from prefect import flow, runtime
from prefect.states import Completed
from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema

from outreach import clock
from outreach.departments import WHOLE_UNIVERSITY, DepartmentChoice
from outreach.errors import PermanentFailure
from outreach.linkedin.slots import monday_of, week_of
from outreach.prefect_api import guard_reruns
from tasks.export import export_to_linkedin, publish_posts

DUTY = "linkedin-export"


def a_week(given: str | None) -> str | None:
    """A week, or None for this one. Raises ValueError for what is no week."""
    try:
        return week_of(monday_of(given.strip())) if given and given.strip() else None
    except PermanentFailure as error:
        raise ValueError(str(error)) from None


def without_default(schema: dict[str, Any]) -> None:
    """Prefect refuses an empty field that has a default, even where the default is to be empty."""
    schema.pop("default", None)


# Said to Prefect as a text that may be left out.
WeekOrNone = Annotated[str | None, AfterValidator(a_week), WithJsonSchema({"type": "string"})]


class LinkedInExport(BaseModel):
    """Whose stories, for which week."""

    department: DepartmentChoice = Field(
        default=None,
        title="Institution / Department",
        description="Vems berättelser det gäller. / Whose stories it is about.",
        json_schema_extra={"default": WHOLE_UNIVERSITY},
    )
    week: WeekOrNone = Field(
        default=None,
        title="Vecka / Week",
        description="T.ex. 2026-W48. Tomt: den här, eller nästa när den är slut. / Empty: this or the next.",
        json_schema_extra=without_default,
    )
    again: bool = Field(
        default=False,
        title="Exportera igen / Export again",
        description="Skriver om veckans inlägg och tar även det som exporterats förut. / Also what was exported.",
    )


def run_name() -> str:
    """What the run is called in Prefect: whose stories, and the week."""
    params = LinkedInExport.model_validate(runtime.flow_run.parameters["params"])
    return f"{params.department or 'central'} {params.week or clock.today()}{' (again)' if params.again else ''}"


@flow(name=DUTY, flow_run_name=run_name)
def linkedin_export(params: LinkedInExport = LinkedInExport()) -> Any:  # noqa: B008 - Prefect's form
    """Choose, compose and record the week's posts, and write their files. Never publishes anything."""
    guard_reruns()
    exported = export_to_linkedin(params.department, params.week, params.again)
    publish_posts(exported)
    if not exported.new and not exported.anew and not exported.gone:
        return Completed(name="Nothing new", message=exported.sentence)
    return Completed(message=exported.sentence)
