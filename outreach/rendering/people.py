"""What stands in a message's tags for one person."""

import re
from collections.abc import Mapping

YOU = {"sv": "du", "en": "you"}
TODAY = {"sv": "i dag", "en": "today"}
INDEFINITE = re.compile(r"\w*(program|utbildning)\b", re.IGNORECASE)
YOUR = {"program": "ditt", "utbildning": "din"}
STUDIES = {"sv": "dina studier", "en": "your studies"}


def person_values(
    *,
    first_name: str | None,
    last_name: str | None,
    programme: str | None,
    language: str,
    links: Mapping[str, str],
    guests: int = 0,
    confirm_until: str = "",
) -> dict[str, str]:
    """A person's values by the tags' names; `links` maps join, preferences, ... to that person's own addresses.

    `guests` come with them to an event, where a seat is held for them until `confirm_until`, in words.

    What is missing leaves a sentence that still reads well, so a template never has to ask.
    """
    first, last = " ".join((first_name or "").split()), " ".join((last_name or "").split())
    values = {
        "given_name": first or YOU[language],
        "family_name": last,
        "full_name": f"{first} {last}".strip() or YOU[language],
        "greeting": _greeting(first, language),
        "programme": _programme((programme or "").strip(), language),
    }
    values |= {"party": party(guests, language), "confirm_until": confirm_until or TODAY[language]}
    for name, address in links.items():
        values[f"link_{name}"] = address
    return values


def party(guests: int, language: str) -> str:
    """Who comes to an event: "du", "du och en gäst", "you and 2 guests"."""
    if guests <= 0:
        return YOU[language]
    if language == "sv":
        return f"du och {'en gäst' if guests == 1 else f'{guests} gäster'}"
    return f"you and {'one guest' if guests == 1 else f'{guests} guests'}"


def _greeting(first: str, language: str) -> str:
    if language == "sv":
        return f"Hej {first}!" if first else "Hej!"
    return f"Dear {first}," if first else "Hello,"


def _programme(name: str, language: str) -> str:
    """The programme as it stands in a sentence: "ditt kandidatprogram i fysik", "Socionomprogrammet", "your Bachelor's
    Programme in Physics". Registers name it as in a catalogue."""
    if not name:
        return STUDIES[language]
    if language == "en":
        return f"your {name}"
    indefinite = INDEFINITE.match(name)
    return f"{YOUR[indefinite[1].lower()]} {name[0].lower()}{name[1:]}" if indefinite else name
