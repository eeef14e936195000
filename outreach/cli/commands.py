"""The commands that act on the whole: up, run, status, check, approve, import, sample, db."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outreach import clock
from outreach.cli import coordinators, events, exporting, people, provider_stub, results, steering, unknown
from outreach.cli import stories as pool
from outreach.errors import PermanentFailure

if TYPE_CHECKING:  # pandas takes a while to load
    from outreach.register import ImportSummary
    from outreach.stories import StoriesSummary
    from outreach.visits.summary import VisitsSummary

EXIT_REJECTED_ROWS = 3

app = typer.Typer(
    name="outreach",
    help="A university alumni office's recurring outreach.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
db = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(people.app, name="person")
app.add_typer(pool.app, name="stories")
app.add_typer(events.app, name="events")
app.add_typer(coordinators.app, name="coordinators")
app.add_typer(exporting.app, name="export")
app.add_typer(results.app, name="results")
app.add_typer(unknown.app, name="unknown")
steering.add_to(app)
app.command(name="provider-stub")(provider_stub.run)


class Kind(StrEnum):
    """What a file holds."""

    STUDENTS = "students"
    ALUMNI = "alumni"
    STORIES = "stories"
    VISITS = "visits"
    SSYK = "ssyk"
    SNI = "sni"


class Flavour(StrEnum):
    """How a sample file is written."""

    UTF8 = "utf8"
    CP1252 = "cp1252"
    EXCEL = "excel"


@app.command()
def up(
    lan: Annotated[
        bool, typer.Option(help="Let other machines reach the web at public_url, and Prefect by a password.")
    ] = False,
) -> None:
    """Start everything on this machine: Prefect, its deployments, a worker and the web. Ctrl-C stops all of it."""
    from outreach import up as embedded

    embedded.run(lan=lan)


@app.command()
def retention(
    preview: Annotated[bool, typer.Option(help="Say how many would go; delete nothing.")] = False,
) -> None:
    """Delete what has been kept for its time, written to a file first; housekeeping does it every hour."""
    from outreach.cli import keeping

    keeping.show() if preview else keeping.carry_out()


@app.command()
def run(
    duty: Annotated[str, typer.Argument(help="The duty, e.g. graduation-invitation.")],
    preview: Annotated[bool, typer.Option(help="Write every variant to files; send nothing.")] = False,
    department: Annotated[str | None, typer.Option(help="Only this department's people (its code).")] = None,
    within_days: Annotated[
        int | None, typer.Option(min=1, max=365, help="How early before the end people are first written to.")
    ] = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With --preview: as if it were this day.")
    ] = None,
) -> None:
    """Run a duty now. It does only what is left, so run it as often as you like."""
    from outreach.cli import running

    given = {"department": department, "within_days": within_days}
    as_of: date | None = day.date() if day else None
    if as_of and not preview:
        raise PermanentFailure("--day is for previews only: add --preview.")
    if preview:
        running.show_preview(duty, given, as_of)
    else:
        running.run_duty(duty, given)


@app.command()
def status() -> None:
    """What has been sent, what waits for a signature, and what is unknown."""
    from outreach.cli import reporting

    for line in reporting.status_lines():
        print(line)


@app.command()
def check() -> None:
    """Read every setting, text and department, and say what is wrong."""
    from outreach.cli import reporting

    if problems := reporting.problems():
        for problem in problems:
            print(problem)
        raise typer.Exit(1)
    print("Everything that can be checked without sending is in order.")


@app.command()
def approve(
    key: Annotated[
        str, typer.Argument(help="The campaign's key, or the code of the text, as `outreach status` shows them.")
    ],
    coordinator: Annotated[str, typer.Option("--as", help="Your e-mail address as coordinator.")],
    send_back: Annotated[bool, typer.Option(help="Say no instead of yes.")] = False,
    comment: Annotated[str, typer.Option(help="A word to your colleagues.")] = "",
) -> None:
    """Sign what waits under a key or code, and start the next run."""
    from outreach import signing
    from outreach.cli import starting

    signed = signing.decide(key, coordinator, approved=not send_back, comment=comment, via="cli")
    if send_back:
        print(f"{signed} was sent back. Nothing is sent.")
        return
    print(f"{signed} is approved.")
    starting.say_what_started(lambda: signing.start_next_run(signed), "The approval stands; the next run sends.")


@app.command(name="import")
def import_(
    kind: Annotated[Kind, typer.Argument(help="What the file holds.")],
    file: Annotated[
        Path,
        typer.Argument(help="A CSV or XLSX file; for stories also a folder of Markdown files, for visits also .ics."),
    ],
    force: Annotated[bool, typer.Option(help="Allow a file that changes much of the register.")] = False,
    partial: Annotated[
        bool, typer.Option(help="The file is not the whole register: nobody in it is taken as gone.")
    ] = False,
) -> None:
    """Read a register file, stories, visits and events, or an official list of occupations (ssyk) or industries (sni).

    Reading the same file again changes nothing.
    """
    if kind in (Kind.SSYK, Kind.SNI):
        print(_import_codes(kind, file, plain=not (force or partial)))
        return
    summary = _import(kind, file, force=force, partial=partial)
    print(summary.sentence("en"))
    if summary.rejected:
        raise typer.Exit(EXIT_REJECTED_ROWS)


def _import(kind: Kind, file: Path, *, force: bool, partial: bool) -> "ImportSummary | StoriesSummary | VisitsSummary":
    if kind in (Kind.STORIES, Kind.VISITS) and (force or partial):
        raise PermanentFailure(f"--force and --partial are for files of the register, not for {kind.value}.")
    if kind is Kind.STORIES:
        from outreach.stories import import_stories

        return import_stories(file)
    if kind is Kind.VISITS:
        from outreach.visits.importing import import_visits

        return import_visits(file)
    from outreach.register import import_file

    return import_file("students" if kind is Kind.STUDENTS else "alumni", file, force=force, partial=partial)


def _import_codes(kind: Kind, file: Path, *, plain: bool) -> str:
    from outreach.codes import CodeKind, import_codes

    if not plain:
        raise PermanentFailure("--force and --partial are for files of the register, not for lists of codes.")
    return f"{import_codes(CodeKind(kind.value), file)} rows of {kind.value} codes are in use from now on."


@app.command()
def sample(
    file: Annotated[Path, typer.Argument(help="Where to write: .csv or .xlsx.")],
    people: Annotated[int, typer.Option(help="How many invented people.")] = 5000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 1,
    flavour: Annotated[Flavour, typer.Option(help="utf8 with commas; cp1252 or excel with semicolons.")] = Flavour.UTF8,
    stories: Annotated[
        Path | None, typer.Option(help="Write stories about some of them too: Markdown files and pictures, here.")
    ] = None,
    alumni: Annotated[
        Path | None, typer.Option(help="Write half as many alumni in 200 cities too: .csv or .xlsx, here.")
    ] = None,
    visits: Annotated[Path | None, typer.Option(help="Write six visits and their events too: .csv, here.")] = None,
) -> None:
    """Write a register of invented people that looks like the real thing, and stories, alumni and visits to it."""
    from outreach.sample import write_alumni, write_sample, write_stories, write_visits

    written = write_sample(file, people=people, seed=seed, today=clock.today(), flavour=flavour.value)
    print(written.sentence("en"))
    if alumni:
        half = max(people // 2, 1)
        print(write_alumni(alumni, people=half, seed=seed, today=clock.today(), flavour=flavour.value).sentence())
    if visits:
        print(write_visits(visits, today=clock.today()).sentence())
    if stories:
        print(write_stories(stories, people=people, seed=seed, today=clock.today()).sentence())


@app.command(hidden=True)
def demo(
    leave: Annotated[bool, typer.Option("--exit", help="End when it has all happened.")] = False,
) -> None:
    """The whole thing on a sample register; `make demo` calls this."""
    from outreach.cli import demonstration

    demonstration.run(leave=leave)


@db.command()
def upgrade() -> None:
    """Bring the database to this version, and lay the departments and coordinators."""
    from outreach import database, drop_folders
    from outreach.queries import office

    database.upgrade()
    with database.session_scope() as session:
        office.lay(session)
    drop_folders.lay()
    print("The database is up to date.")
