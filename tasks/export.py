"""Exports: what is made for channels that people or other programs publish to."""

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from outreach.clock import OFFICE_ZONE
from outreach.linkedin.exporting import Exported, export


@task(task_run_name="export to LinkedIn")
def export_to_linkedin(department: str | None, week: str | None, again: bool) -> Exported:
    """Make the posts of a week, record them and write their files. Again, it does only what is left."""
    return export(department_code=department, week=week, again=again)


@task
def publish_posts(exported: Exported) -> None:
    """Leave a table of the week's posts, by what they are about, and where their files lie."""
    rows = [
        {"Nr": number, "Kanal / channel": post.channel.value,
         "Tid / time": f"{post.at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}", "Inlägg / post": post.item,
         "Språk / language": post.language, "Länk / link": post.link or ""}
        for number, post in enumerate(exported.posts, start=1)
    ]  # fmt: skip
    key = f"linkedin-{exported.week.name}-{exported.week.scope}".lower()
    create_table_artifact(rows, key=key, description=f"LinkedIn {exported.week.name}")
    where = f"Öppna / open:\n\n    {exported.folder / 'index.html'}\n\n{exported.sentence}"
    create_markdown_artifact(
        where, key=f"{key}-files", description=f"LinkedIn {exported.week.name}: var filerna ligger"
    )
