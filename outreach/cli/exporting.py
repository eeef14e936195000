"""`outreach export`: what is made for channels that people publish to."""

from typing import Annotated

import typer

from outreach.linkedin.slots import monday_of

app = typer.Typer(help="Exports for people and programs that publish.", no_args_is_help=True)


@app.callback()
def exports() -> None:
    """Keeps `linkedin` a command of its own while it is the only one."""


@app.command()
def linkedin(
    department: Annotated[str | None, typer.Option(help="Only this department's stories (its code).")] = None,
    week: Annotated[str | None, typer.Option(help="The week, like 2026-W48; this one when left out.")] = None,
    again: Annotated[
        bool, typer.Option(help="Write the week's posts anew, and take also what was exported before.")
    ] = False,
) -> None:
    """Make the week's posts for LinkedIn. It does only what is left, so run it as often as you like."""
    from outreach.cli import running

    if week is not None:
        monday_of(week)
    running.run_deployment("linkedin-export", {"department": department, "week": week, "again": again})
