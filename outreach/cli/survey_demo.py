"""The demo's follow-up: five classes that have answered, their results published, and one report to look at."""

from pathlib import Path

from outreach import clock
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.queries import survey_results
from outreach.results import Results, publish_due
from outreach.results.published import earlier, newest_first
from outreach.results.report import report
from outreach.sample.surveys import write_surveys
from outreach.settings import settings

PEOPLE, SEED = 1200, 7  # in each class


def shows() -> list[str]:
    """Lay the classes, publish, and write the report of a department. What to tell of it, line by line.

    Raises PermanentFailure when nothing can be published.
    """
    with session_scope() as session:
        classes = write_surveys(session, people=PEOPLE, seed=SEED, today=clock.today())
    with session_scope() as session:
        publish_due(session, clock.now())
    with session_scope(reading=True) as session:
        every = newest_first([Results(row.content) for row in survey_results.published(session)])
    if len(every) != len(classes):
        raise PermanentFailure(f"The results of {len(every)} classes were published, of {len(classes)} that answered.")
    return [
        f"{len(classes)} classes have answered what became of them: {settings().public_url}/results",
        f"A department's report: {_report(every)}",
    ]


def _report(every: list[Results]) -> Path:
    """The newest class's, of the department with most to tell."""
    newest = every[0]

    def told(department: str) -> int:
        cells = (cell for sheet in newest.sheets.values() for cell in sheet.cells if cell.group == department)
        return sum(cell.shown for cell in cells)

    department = max(newest.departments(), key=told)
    path = settings().data_dir / "results" / f"{newest.slug}-{department}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report(newest, "sv", department, earlier(newest, every)), "utf-8")
    return path
