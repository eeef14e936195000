"""`outreach events`: the link to the planning pages, how every event stands, and calling one off."""

from typing import Annotated

import typer

from outreach.cli.steering import As

app = typer.Typer(help="Events: link, list, cancel.", no_args_is_help=True)


@app.command()
def link(
    coordinator: Annotated[str, typer.Argument(help="The coordinator's e-mail address.")],
) -> None:
    """Print a coordinator's own link to the pages on which visits and events are planned."""
    from outreach.database import session_scope
    from outreach.errors import PermanentFailure
    from outreach.queries import office, planning
    from outreach.settings import settings
    from outreach.visits import hosting

    with session_scope(reading=True) as session:
        found = office.coordinator(session, coordinator)
        if found is None or planning.planner(session, found.id) is None:
            raise PermanentFailure(
                "No coordinator has this e-mail address. Check config/settings.toml and config/departments.csv, and "
                "run outreach db upgrade after changing them."
            )
    print(hosting.planner_url(found.id))
    print(f"The link is theirs alone and works for {settings().approval_link_days} days.")


@app.command(name="list")
def list_(
    department: Annotated[str | None, typer.Option(help="Only this department's (its code, or central).")] = None,
    past: Annotated[bool, typer.Option(help="Also those that have begun or are cancelled.")] = False,
) -> None:
    """Every event to come, the first to begin first: its name, day, whose it is, and how it stands."""
    from outreach import clock
    from outreach.database import session_scope
    from outreach.queries import planning, visits

    now = clock.now()
    with session_scope(reading=True) as session:
        found = visits.events(session) if past else planning.to_come(session, now)
        rows = [one for one in found if department in (None, one.department_code or "central")]
        standings = planning.standings(session, rows)
    for one in standings:
        event = one.event
        state = "cancelled" if event.cancelled else "past" if event.starts_at <= now else "to come"
        when = f"{event.local(event.starts_at):%Y-%m-%d %H:%M} {event.place.time_zone}"
        print(f"{event.slug:<44} {state:<10}{event.department_code or 'central':<20} {when}")
        print(
            f"{'':<44} invited {one.invited}, answered {one.answered}, coming {one.coming}, waiting {one.waiting}, "
            f"seats left {one.left} of {event.capacity}"
        )
    if not standings:
        print("There are no such events.")


@app.command()
def cancel(
    event: Annotated[str, typer.Argument(help="The event's name, as `outreach events list` shows it.")],
    coordinator: As,
    reason: Annotated[str, typer.Option(help="Why, for the office's own record. It is sent to nobody.")] = "",
) -> None:
    """Call an event off for good, and tell those who may have come."""
    from outreach import clock
    from outreach.database import session_scope
    from outreach.errors import PermanentFailure
    from outreach.queries import office, planning, visits
    from outreach.visits import changing, telling

    with session_scope() as session:
        found = office.coordinator(session, coordinator)
        who = planning.planner(session, found.id) if found else None
        known = visits.event_by_slug(session, event.strip())
        theirs = planning.event(session, who, known.public_id) if who and known else None
        if who is None or theirs is None:
            raise PermanentFailure(
                f"There is no event {event!r} that you may cancel. `outreach events list` shows them."
            )
        done = changing.cancel(session, theirs, actor=who.actor, now=clock.now(), reason=reason.strip())
    telling.soon()
    print(f"{theirs.slug} is cancelled. {done.told} people are told; {done.not_sent} invitations are never sent.")
