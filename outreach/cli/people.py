"""`outreach person`: what is known of one person, on paper, and gone."""

import json
from typing import Annotated

import typer

from outreach import clock, database
from outreach.errors import PermanentFailure
from outreach.queries import forgotten_stories, one_person

app = typer.Typer(help="One person: show, export, erase.", no_args_is_help=True)
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
    from outreach.stories import images  # Pillow takes a while to load

    with database.session_scope() as session:
        pictures = one_person.pictures(session, _known(email))
        count = one_person.erase(session, _known(email), clock.now(), actor="cli")
        # Before it is committed: killed here, the person is still there to be erased again.
        images.remove(forgotten_stories.without_row(session, pictures))
    print(f"{count} {'person has' if count == 1 else 'people have'} been erased. The address will not be written to.")


def _everything(email: str, action: str) -> dict[str, object]:
    with database.session_scope() as session:
        found = one_person.everything(session, _known(email), actor="cli", action=action)
    if not found:
        raise PermanentFailure("Nobody in the register has this address.")
    return found


def _known(email: str) -> str:
    return email.strip().lower()
