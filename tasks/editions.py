"""Editions: departments asked for stories, the newsletter opened, filled, shown to the coordinators, put on the web."""

from typing import Any

from prefect import get_run_logger, task
from prefect.runtime import flow_run

from outreach import clock, duties
from outreach.database import session_scope
from outreach.editions import contributing, opening, proofs, publishing, saying, special
from outreach.editions.saying import Standing
from outreach.mail import transport_from
from outreach.queries.campaigns import by_id
from outreach.settings import settings


@task(task_run_name="ask for stories to {duty}")
def ask_for_stories(duty: str) -> int:
    """Mail the departments' coordinators whose turn it is. Returns how many were asked."""
    asked = contributing.ask(duty, clock.today(), transport_from(settings()))
    get_run_logger().info("%s coordinators were asked for stories", asked)
    return asked


@task(task_run_name="open {duty}")
def open_editions(duty: str, department: str | None, parameters: dict[str, Any]) -> list[int]:
    """The ids of the editions that may have something to do today."""
    with session_scope() as session:
        found = opening.open_editions(
            session,
            duty,
            day=clock.today(),
            department=department,
            parameters=parameters,
            flow_run_id=str(flow_run.id) if flow_run.id else None,
        )
        return [campaign.id for campaign in found]


@task(task_run_name="fill edition {campaign_id}")
def fill_edition(campaign_id: int) -> str:
    """Place the stories. Returns what is missing, in a sentence; "" for an edition that can be sent."""
    with session_scope() as session:
        campaign = by_id(session, campaign_id)
        holds = opening.edition(session, campaign, clock.today())
        return saying.lacking(session, campaign, duties.duty(campaign.duty), holds) if holds.missing else ""


@task(task_run_name="test copies of campaign {campaign_id}")
def send_test_copies(campaign_id: int) -> int:
    """Mail each version that waits for a signature to the coordinators, each text once. Returns how many mails."""
    with session_scope(reading=True) as session:
        campaign = by_id(session, campaign_id)
        if opening.is_settled(session, campaign):
            return 0
    sent = proofs.send(campaign_id, opening.WAVE, transport_from(settings()))
    get_run_logger().info("%s: %s test copies", campaign.key, sent)
    return sent


@task(task_run_name="web edition of campaign {campaign_id}")
def publish_edition(campaign_id: int, ready: list[int]) -> None:
    """Write the edition's page before it is sent; it can be read once somebody has the letter."""
    if ready:
        with session_scope() as session:
            publishing.publish(session, by_id(session, campaign_id))


@task(task_run_name="stories of campaign {campaign_id}")
def mark_stories_used(campaign_id: int) -> None:
    with session_scope() as session:
        publishing.mark_used(session, by_id(session, campaign_id))


@task(task_run_name="where {duty} stands")
def where_it_stands(duty: str, department: str | None, parameters: dict[str, Any]) -> Standing:
    """How a run ends that had no edition to work on."""
    with session_scope(reading=True) as session:
        if (extra := special.read(parameters)) is not None:
            return saying.standing_of_special(session, duties.duty(duty), extra, department)
        return saying.standing(session, duties.duty(duty), clock.today())
