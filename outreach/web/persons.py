"""From the link in a mail to the person behind it, and what every page about a person shares."""

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from outreach import links
from outreach.duties import Purpose, purposes
from outreach.models import Person
from outreach.queries import people, suppressions
from outreach.web.failures import Erased
from outreach.web.forms import ticked

ROLES = ("mentor", "guest_lecturer", "ambassador", "interview", "internship_host")
LANGUAGE_NAMES = {"sv": "Svenska", "en": "English"}


def behind(session: Session, use: str, token: str, *, to_change: bool = False) -> tuple[links.Link, Person]:
    """The link and its person. Raises InvalidLink, ExpiredLink, or Erased when nothing is kept about them."""
    link = links.read(use, token)
    person = people.by_public_id(session, link.subject, to_change=to_change)
    if person is None:
        raise Erased("Nothing is kept about the person this link was for.")
    return link, person


def asked() -> list[Purpose]:
    """The purposes a page asks about, in the order of `purposes.toml`."""
    return [purpose for purpose in purposes().values() if purpose.asked]


def answers(form: FormData) -> dict[str, bool]:
    """Purpose -> whether its box was ticked, for every purpose the page showed."""
    yes = ticked(form, "purpose")
    return {purpose.name: purpose.name in yes for purpose in asked()}


def roles(form: FormData) -> set[str]:
    """The roles ticked; anything else a form may hold is left out."""
    return ticked(form, "interest") & set(ROLES)


def lift_for(session: Session, person: Person, said_yes: set[str]) -> None:
    """A yes opens again what the person had stopped themselves: the purpose, and mail at all."""
    for scope in sorted(said_yes | {suppressions.EVERYTHING} if said_yes else said_yes):
        suppressions.lift(session, person.id, person.address_hash, scope)
