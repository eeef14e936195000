"""Send the newsletter of the quarter, and forward a university-wide matter at once as a special edition."""

from typing import Any

from prefect import flow, runtime
from prefect.states import Completed
from pydantic import BaseModel, Field, model_validator

from outreach import clock
from outreach.departments import WHOLE_UNIVERSITY, DepartmentChoice
from outreach.editions.opening import EARLY
from outreach.prefect_api import guard_reruns
from tasks.approve import approved_waves
from tasks.deliver import deliver_messages
from tasks.editions import (
    ask_for_stories,
    fill_edition,
    mark_stories_used,
    open_editions,
    publish_edition,
    send_test_copies,
    where_it_stands,
)
from tasks.figures import publish_campaign_figures
from tasks.next_run import ended, paused_campaigns, plan_next_run
from tasks.preview import preview_duty
from tasks.render import render_messages
from tasks.select import select_recipients

DUTY = "quarterly-newsletter"


class QuarterlyNewsletter(BaseModel):
    """Which edition, and for whom. Without a special edition it is the quarter's."""

    preview: bool = Field(
        default=False,
        title="Bara förhandsgranska / Preview only",
        description="Visar vilka som skulle få brevet och hur det ser ut. Inget skickas. / Nothing is sent.",
    )
    early: bool = Field(
        default=False,
        title="Öppna nästa nyhetsbrev redan i dag / Open the next newsletter today",
        description="Annars öppnas det första tisdagen i kvartalets sista månad. / Otherwise on its first Tuesday.",
        json_schema_extra={"x-portal": "central"},
    )
    special_name: str = Field(
        default="",
        max_length=60,
        title="Extrautgåva: kort namn / Special edition: short name",
        description="T.ex. ny-rektor-2026. Tomt är kvartalets nyhetsbrev. / Empty: the quarter's newsletter.",
        json_schema_extra={"x-portal": "own"},
    )
    special_title_sv: str = Field(default="", max_length=68, title="Extrautgåva: rubrik på svenska / title in Swedish")
    special_text_sv: str = Field(
        default="",
        max_length=20_000,
        title="Extrautgåva: text på svenska / text in Swedish",
        description="Vanlig text eller Markdown. En tom rad gör ett nytt stycke. / An empty line makes a paragraph.",
    )
    special_title_en: str = Field(default="", max_length=68, title="Extrautgåva: rubrik på engelska / title in English")
    special_text_en: str = Field(default="", max_length=20_000, title="Extrautgåva: text på engelska / text in English")
    special_stories: str = Field(
        default="",
        max_length=2_000,
        title="Extrautgåva: berättelser / stories",
        description="Kortnamnen, som står på berättelsernas sidor, med mellanslag emellan. / Their short names.",
    )
    department: DepartmentChoice = Field(
        default=None,
        title="Extrautgåva: institution / department",
        description="Vems alumner som får den. Kvartalets nyhetsbrev går till alla. / Whose alumni get it.",
        json_schema_extra={"default": WHOLE_UNIVERSITY},
    )

    @model_validator(mode="after")
    def a_special_edition_has_a_name(self) -> "QuarterlyNewsletter":
        if not self.special_name.strip() and (self.department or self.special()):
            raise ValueError("a title, text, stories or department is for a special edition: give it a short name too")
        return self

    def special(self) -> dict[str, str]:
        """What a campaign keeps of the form: the special edition's fields, those that are filled in."""
        said = {name: str(value).strip() for name, value in self if name.startswith("special_")}
        return {name: value for name, value in said.items() if value}


def run_name() -> str:
    """What the run is called in Prefect: the edition it is for, and the day."""
    params = QuarterlyNewsletter.model_validate(runtime.flow_run.parameters["params"])
    return f"{params.special_name or 'nyhetsbrev'} {clock.today()}{' (preview)' if params.preview else ''}"


@flow(name=DUTY, flow_run_name=run_name)
def quarterly_newsletter(params: QuarterlyNewsletter = QuarterlyNewsletter()) -> Any:  # noqa: B008 - Prefect's form
    """Ask for stories, fill the edition of the quarter, and send it once it is signed."""
    guard_reruns()
    special: dict[str, Any] = params.special()
    asked = special or {EARLY: params.early}
    if params.preview:
        people = preview_duty(DUTY, params.department, special or {EARLY: True}, None)
        return Completed(name="Previewed", message=f"{people} people would be written to. Nothing was sent.")

    if not special:
        ask_for_stories(DUTY)
    opened = open_editions(DUTY, params.department, asked)
    lacks = {campaign: fill_edition(campaign) for campaign in opened}
    editions = [campaign for campaign in opened if not lacks[campaign]]
    for campaign in editions:
        select_recipients(campaign)
        render_messages(campaign)
    planned = 0
    for campaign in editions:
        send_test_copies(campaign)
        ready = approved_waves(campaign)
        publish_edition(campaign, ready)
        deliver_messages(campaign, ready)
        mark_stories_used(campaign)
        planned += publish_campaign_figures(campaign)
    if lacking := " ".join(filter(None, lacks.values())):
        return Completed(name="Too little content", message=lacking)
    paused = paused_campaigns(DUTY, params.department)
    if not editions and not paused:
        stands = where_it_stands(DUTY, params.department, special)
        return Completed(name=stands.name, message=stands.sentence)
    waiting = plan_next_run(DUTY, None, {}, editions)  # that run goes on with every edition under way
    return ended(planned, waiting, paused)
