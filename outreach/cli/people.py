"""`outreach person`: what is known of one person, on paper, and gone."""

import json
from typing import Annotated

import typer

from outreach import database
from outreach.errors import PermanentFailure
from outreach.queries import one_person

app = typer.Typer(help="One person: show, export, erase.", no_args_is_help=True)
NOBODY = "Nobody in the register has this address."
Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]


@app.command()
def show(email: Email) -> None:
    """What the office knows of a person and has sent them."""
    for name, value in _everything(email, "looked_at").items():
        print(f"{name}: {json.dumps(value, ensure_ascii=False, default=str)}")


@app.command()
def export(email: Email) -> None:
    """Everything about a person as JSON (GDPR, article 15 and 20)."""
    print(json.dumps(_everything(email, "exported"), ensure_ascii=False, indent=2, default=str))


@app.command()
def erase(email: Email) -> None:
    """Forget a person. The ledger keeps its counts, and a keyed hash keeps them from ever being written to again."""
    from outreach.erasing import people  # pandas and Pillow take a while to load

    if not (erased := people.erase_address(_known(email), actor="cli")).people:
        raise PermanentFailure(NOBODY)
    count = erased.people
    print(f"{count} {'person has' if count == 1 else 'people have'} been erased. The address will not be written to.")
    for post in erased.posts:
        print(f"Delete on LinkedIn if it is posted: {post.item} ({post.channel.value}, {post.period}, {post.scope})")


def _everything(email: str, action: str) -> dict[str, object]:
    with database.session_scope() as session:
        found = one_person.everything(session, _known(email), actor="cli", action=action)
    if not found:
        raise PermanentFailure(NOBODY)
    return found


def _known(email: str) -> str:
    return email.strip().lower()
