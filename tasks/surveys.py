"""Surveys: what a cohort promises before it is asked, and the cut after it has answered."""

from datetime import timedelta

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact

from outreach import clock, duties
from outreach.database import session_scope
from outreach.queries import campaigns, survey_cut, surveys
from outreach.surveys import preflight

LANGUAGES = {"sv": "Svenska", "en": "English"}


@task(task_run_name="preflight of campaign {campaign_id}")
def publish_preflight(campaign_id: int) -> int:
    """Leave what the cohort promises as an artifact. Returns the answers that are expected."""
    with session_scope(reading=True) as session:
        campaign = campaigns.by_id(session, campaign_id)
        duty = duties.duty(campaign.duty)
        found = preflight.preflight(session, surveys.of_campaign(session, campaign), duty)
    told = [f"### {LANGUAGES[each]}\n\n{preflight.markdown(found, duty, each)}" for each in duties.LANGUAGES]
    key = f"preflight-{campaigns.slug(campaign.key)}"
    create_markdown_artifact("\n\n".join(told), key=key, description=campaign.key)
    return found.expected


@task
def cut_links(days_late: int = 0) -> int:
    """Cut the link between people and answers in every survey whose day came so long ago. Returns how many were cut."""
    times = duties.duty("career-survey").survey
    assert times is not None
    with session_scope(reading=True) as session:
        due = [survey.id for survey in surveys.to_be_cut(session, clock.today() - timedelta(days=days_late))]
    for survey_id in due:
        with session_scope() as session:
            done = survey_cut.cut(session, survey_id, times.hide_below, clock.now())
        if done is not None:
            get_run_logger().info("Survey %s: the link is cut; %s answers stay, %s of them told more coarsely%s",
                                  survey_id, done.answers, done.coarser,
                                  "; too few had answered" if done.too_few else "")  # fmt: skip
    return len(due)
