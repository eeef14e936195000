"""Results of surveys: published when their round is due, and left as an artifact."""

from prefect import get_run_logger, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact

from outreach import clock, duties
from outreach.database import session_scope
from outreach.queries import campaigns, survey_results
from outreach.results import Results, publish_due
from outreach.results.markdown import address, markdown

LANGUAGES = {"sv": "Svenska", "en": "English"}


@task
def publish_results() -> int:
    """Publish what is due. Returns how many publications are new; whoever answered is thanked in the same run."""
    with session_scope() as session:
        slugs = publish_due(session, clock.now())
    with session_scope(reading=True) as session:
        kept = [survey_results.by_scope(session, slug) for slug in slugs]
        found = [Results(row.content) for row in kept if row is not None]
    for results in found:
        key = f"results-{campaigns.slug(results.slug)}"
        for language in duties.LANGUAGES:
            description = f"{results.slug}, {LANGUAGES[language]}"
            create_markdown_artifact(markdown(results, language), key=f"{key}-{language}", description=description)
        create_link_artifact(address(results, "sv"), link_text=results.title("sv"), key=f"{key}-link")
        get_run_logger().info("Published %s", results.slug)
    return len(found)
