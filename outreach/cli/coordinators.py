"""`outreach coordinators`: what IT does for a coordinator whose machine is lost, or who has left."""

from typing import Annotated

import typer

from outreach import clock, database
from outreach.errors import PermanentFailure
from outreach.queries import api_keys, audit, office, signing_in

app = typer.Typer(help="Coordinators: sign-out.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(help="Their e-mail address. They need not be a coordinator any more.")]


@app.callback()
def coordinators() -> None:
    """Coordinators: sign-out."""


@app.command(name="sign-out")
def sign_out(
    email: Email,
    keys: Annotated[bool, typer.Option("--keys", help="Also revoke the keys for programs they have made.")] = False,
) -> None:
    """End every session of a coordinator, and every link to sign in that has been mailed to them."""
    now = clock.now()
    with database.session_scope() as session:
        person = office.anybody(session, email)
        if person is None:
            raise PermanentFailure("Nobody with this e-mail address is or was a coordinator.")
        ended = signing_in.end_all(session, person.id, now)
        revoked = api_keys.revoke_made_by(session, person.id, now) if keys else []
        detail = {"sessions": ended}
        audit.note(
            session, actor="cli", action="signed_out_everywhere", subject=f"coordinator:{person.id}", detail=detail
        )
        for public_id in revoked:
            audit.note(session, actor="cli", action="revoked_key", subject=f"key:{public_id}")
    print(f"Sessions ended: {ended}. Links mailed before no longer sign in.")
    if keys:
        print(f"Keys revoked: {len(revoked)}.")
