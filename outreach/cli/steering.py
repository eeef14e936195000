"""`outreach pause`, `resume` and `cancel`: a campaign that is under way."""

from typing import Annotated

import typer

Key = Annotated[str, typer.Argument(help="The campaign's key, as `outreach status` shows it.")]
As = Annotated[str, typer.Option("--as", help="Your e-mail address as coordinator.")]


def add_to(app: typer.Typer) -> None:
    """Add the three commands to the others."""
    for command in (pause, resume, cancel):
        app.command()(command)


def pause(key: Key, coordinator: As) -> None:
    """Write to nobody more in a campaign until it is resumed. What was sent stays sent."""
    from outreach import steering

    print(steering.steer(key, coordinator, steering.Turn.PAUSE, via="cli"))


def resume(key: Key, coordinator: As) -> None:
    """Go on with a paused campaign, and start the next run."""
    from outreach import steering
    from outreach.cli import starting

    steered = steering.steer(key, coordinator, steering.Turn.RESUME, via="cli")
    print(steered)
    starting.say_what_started(lambda: steering.start_next_run(steered), "The campaign is open; the next run sends.")


def cancel(key: Key, coordinator: As) -> None:
    """Close a campaign for good: whoever still waits in it is never written to. What was sent stays sent."""
    from outreach import steering

    print(steering.steer(key, coordinator, steering.Turn.CANCEL, via="cli"))
