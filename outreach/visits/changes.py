"""What is different about an event, in a reader's words: what it is about, as it was and as it is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from outreach.duties import Language
from outreach.event import Event
from outreach.visits import letters

SAID: tuple[tuple[Mapping[Language, str], Callable[[Event, Language], str]], ...] = (
    ({"sv": "Namn", "en": "Name"}, lambda event, language: str(letters.facts(event, language)["title"])),
    ({"sv": "Tid", "en": "Time"}, letters.when),
    ({"sv": "Plats", "en": "Place"}, letters.where),
)
IN_PLACE = {"city": "name", "country": "country", "time_zone": "time_zone"}
MOMENTS = ("starts_at", "ends_at")
WORDS = ("title_sv", "title_en", "venue")


def said(event: Event, before: Mapping[str, Any], language: Language) -> list[dict[str, str]]:
    """`what`, `before` and `after` for each thing that reads otherwise now than with the fields it had `before`.

    `before`: fields of `EventRow` by name, moments in ISO 8601 (`EventChange.before`).
    """
    was = _with(event, before)
    return [
        {"what": names[language], "before": words(was, language), "after": words(event, language)}
        for names, words in SAID
        if words(was, language) != words(event, language)
    ]


def _with(event: Event, before: Mapping[str, Any]) -> Event:
    place = {own: before[name] for name, own in IN_PLACE.items() if name in before}
    was: dict[str, Any] = {name: before[name] for name in WORDS if name in before}
    was |= {name: datetime.fromisoformat(before[name]) for name in MOMENTS if name in before}
    return replace(event, place=replace(event.place, **place), **was)
