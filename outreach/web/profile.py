"""The profile form: what was typed, what it means, and what is wrong with it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import FormData

from outreach import duties, tags
from outreach.models import Person
from outreach.register.addresses import normalised_address
from outreach.web.countries import is_country
from outreach.web.forms import value

LONGEST_NAME, LONGEST_URL = 100, 500
INVISIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")  # marks that turn the direction of text around
LINKEDIN = re.compile(r"([a-z]{2,3}\.)?linkedin\.com")


class Refused(ValueError):
    """A value that cannot be used. The message is the key of the text that says why."""


@dataclass(frozen=True)
class Profile:
    """`typed`: field -> what stands in the form; `clean`: field -> what to store; `wrong`: field -> text key."""

    typed: dict[str, str]
    clean: dict[str, str | None]
    wrong: dict[str, str]


def of(person: Person) -> Profile:
    """The form as it stands before anybody has typed."""
    return Profile({name: getattr(person, name) or "" for name in CHECKS}, {}, {})


def read(form: FormData) -> Profile:
    """The form as it was sent, every field checked."""
    typed = {name: value(form, name) for name in CHECKS}
    clean: dict[str, str | None] = {}
    wrong: dict[str, str] = {}
    for name, check in CHECKS.items():
        try:
            clean[name] = check(_plain(typed[name]))
        except Refused as refused:
            wrong[name] = str(refused)
    if not (clean.get("first_name", "?") or clean.get("last_name", "?")):
        wrong["first_name"] = "wrong.name"
    return Profile(typed, clean, {name: wrong[name] for name in CHECKS if name in wrong})


def _plain(typed: str) -> str:
    """Without control characters, without marks nobody sees, no space at the ends or doubled inside."""
    return " ".join(INVISIBLE.sub("", tags.CONTROL.sub(" ", typed)).split())


def _name(plain: str) -> str:
    if len(plain) > LONGEST_NAME:
        raise Refused("wrong.long")
    if tags.ANY_TAG.search(plain):  # it would stop the whole message it is put into
        raise Refused("wrong.tag")
    return plain


def _email(plain: str) -> str:
    """In the register's own normal form, so that one mailbox is one address. Nothing is looked up."""
    address = normalised_address(plain)
    if address is None:
        raise Refused("wrong.email")
    return address


def _language(plain: str) -> str:
    if plain not in duties.LANGUAGES:
        raise Refused("wrong.language")
    return plain


def _country(plain: str) -> str | None:
    if plain and not is_country(plain):
        raise Refused("wrong.country")
    return plain or None


def _linkedin(plain: str) -> str | None:
    """A profile's address on LinkedIn itself, with or without https:// in front; others could lead anywhere."""
    if not plain:
        return None
    try:
        parts = urlsplit(plain if "//" in plain else f"https://{plain}")
        host = parts.hostname or ""
    except ValueError:
        raise Refused("wrong.linkedin") from None
    ours = parts.scheme in ("http", "https") and LINKEDIN.fullmatch(host) and len(parts.path) > 1
    if not ours or parts.netloc != host or len(plain) > LONGEST_URL or " " in plain:
        raise Refused("wrong.linkedin")
    return f"https://{host}{parts.path}"


CHECKS: dict[str, Callable[[str], str | None]] = {
    "first_name": _name,
    "last_name": _name,
    "email": _email,
    "language": _language,
    "country": _country,
    "city": lambda plain: _name(plain) or None,
    "linkedin_url": _linkedin,
}
