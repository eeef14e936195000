"""Next run: who still waits when a run ends, for what, and when the next one starts by itself."""

from typing import Any

from prefect import get_run_logger, task
from prefect.states import Completed

from outreach import campaigning, clock, prefect_api
from outreach.database import session_scope
from outreach.errors import OutreachError
from outreach.queries import arrivals, campaigns
from outreach.queries.arrivals import Waiting


@task(task_run_name="plan the next run of {duty}")
def plan_next_run(duty: str, department: str | None, parameters: dict[str, Any], campaign_ids: list[int]) -> Waiting:
    """Let Prefect start the duty again when the first who waits for their moment can be written to. Who waits.

    However many runs ask for the same moment, one is planned. Where Prefect cannot be asked, the schedule serves.
    """
    with session_scope(reading=True) as session:
        waiting = arrivals.waiting(session, campaign_ids, clock.now())
    if waiting.until and prefect_api.is_up():
        decision = f"waiting/{duty}/{department or 'central'}/{waiting.until.isoformat()}"
        try:
            campaigning.start_again(duty, department, parameters, decision=decision, at=waiting.until)
        except OutreachError as error:
            get_run_logger().warning("%s The next run was not planned; the duty's schedule sends the rest.", error)
    return waiting


@task(task_run_name="paused campaigns of {duty}")
def paused_campaigns(duty: str, department: str | None, everyones: bool = False) -> list[str]:
    """The keys of the campaigns that a coordinator has paused; without a department the central ones or, with
    `everyones`, all of them."""
    with session_scope(reading=True) as session:
        return list(campaigns.paused(session, duty, department, everyones=everyones))


def ended(planned: int, waiting: Waiting, paused: list[str]) -> Any:
    """The state a run ends in when `planned` people have not been written to: named after what needs somebody most."""
    for_approval = planned - waiting.for_morning - waiting.for_office - waiting.for_place
    until = format(waiting.until.astimezone(clock.OFFICE_ZONE), "%Y-%m-%d %H:%M") if waiting.until else ""
    parts = {
        "Awaiting approval": for_approval > 0 and f"{for_approval} people wait until the text is approved.",
        "Paused": paused and f"{', '.join(paused)} is paused. Nobody in it is written to until it is resumed.",
        "Waiting for the morning": waiting.for_morning
        and f"{waiting.for_morning} people wait for their own morning, the first until {until}.",
        "Quiet hours": waiting.for_office
        and f"{waiting.for_office} people wait until {until}, when the night is over.",
        "Waiting for others": waiting.for_place
        and f"{waiting.for_place} people have had as many messages as the limit allows; each run looks again.",
    }
    said = {name: sentence for name, sentence in parts.items() if sentence}
    if not said:
        return Completed(message="Everyone who was due has been written to.")
    return Completed(name=next(iter(said)), message=" ".join(said.values()))
