"""`outreach results`: what of surveys has been published, and all of it as files."""

from pathlib import Path
from typing import Annotated

import typer

from outreach import clock, database
from outreach.errors import PermanentFailure

app = typer.Typer(help="Results of surveys: list, write.", no_args_is_help=True)


@app.command(name="list")
def list_() -> None:
    """A line a publication: its name, when it was published, and what it is of."""
    from outreach.queries import survey_results
    from outreach.results import Results

    with database.session_scope(reading=True) as session:
        rows = [(row.scope, row.published_at, Results(row.content)) for row in survey_results.published(session)]
    if not rows:
        print("No results have been published yet.")
    for slug, at, results in rows:
        print(f"{slug}  {at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d}  {results.title('en')}")


@app.command()
def write(
    folder: Annotated[Path, typer.Argument(help="Where to write: a folder a publication is made in it.")],
    only: Annotated[str, typer.Option(help="Only this publication (its name in `outreach results list`).")] = "",
) -> None:
    """Write reports, workbooks, plots and open data of what is published."""
    from outreach.queries import survey_results
    from outreach.results import Results
    from outreach.results.files import every_file
    from outreach.results.published import earlier

    with database.session_scope(reading=True) as session:
        rows = [(row.published_at, Results(row.content)) for row in survey_results.published(session)]
    every = [results for _, results in rows]
    chosen = [(at, results) for at, results in rows if only in ("", results.slug)]
    if not chosen:
        raise PermanentFailure(f"There is no publication {only!r}." if only else "No results have been published yet.")
    for at, results in chosen:
        place = folder / results.slug
        try:
            place.mkdir(parents=True, exist_ok=True)
            files = every_file(results, earlier(results, every), at.astimezone(clock.OFFICE_ZONE).date())
            for name, made in files.items():
                (place / name).write_bytes(made())
        except OSError as error:
            raise PermanentFailure(f"{place} cannot be written: {error.strerror}.") from None
        print(f"{len(files)} files in {place}")
