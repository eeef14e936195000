"""Every message about an event as one reader gets it, so that it can be judged from outside."""

from dataclasses import replace
from datetime import UTC, date, datetime

from outreach import duties, tags
from outreach.duties import LANGUAGES
from outreach.event import Event, Narrowing, Place
from outreach.rendering import Rendered, example_values, render
from outreach.rendering.examples import CONTEXT
from outreach.visits import letters

TOKYO = Place("Tokyo", "JP", 35.6895, 139.69171, "Asia/Tokyo")
BODY_SV = """Välkommen till en kväll om vad som händer vid universitetet, med tid att träffa andra alumner.

## Program

- 18.00 Mingel
- 18.30 [Rektor berättar](https://www.example.org/rektor) om de kommande åren
- 19.30 **Middag**"""
BODY_EN = """Welcome to an evening about what is happening at the university, with time to meet other alumni.

## Programme

- 18:00 Reception
- 18:30 [The President](https://www.example.org/rektor) on the years to come
- 19:30 **Dinner**"""
EVENT = Event(
    1, "evt", "alumntraff-i-tokyo", 1, None, "Alumnträff i Tokyo", "Alumni gathering in Tokyo", BODY_SV, BODY_EN,
    "Ta med legitimation och anmäl dig i receptionen.", "Bring proof of identity and report at the reception desk.",
    "Sveriges ambassad, 1-10-3-100 Roppongi", TOKYO, datetime(2027, 5, 12, 9, 0, tzinfo=UTC),
    datetime(2027, 5, 12, 11, 30, tzinfo=UTC), date(2027, 4, 25), 60, 2, 100.0, Narrowing(), 0, False,
    datetime(2027, 3, 1, tzinfo=UTC), "Rektor Anna Lindqvist och prorektor Per Öberg",
)  # fmt: skip
BARE = replace(
    EVENT, body_sv="", body_en="", entry_sv="", entry_en="", delegation="", guests_allowed=0, radius_km=None,
    place=Place("Uppsala", "SE", 59.85882, 17.63889, "Europe/Stockholm"),
)  # fmt: skip


def written(message: str, language: duties.Language, event: Event = EVENT, department: str | None = None) -> Rendered:
    sent = {wave.message: duty.purpose for duty in duties.duties().values() for wave in duty.waves}
    context = CONTEXT | {"event": letters.facts(event, language)}
    return render(message, language=language, department_code=department, purpose=sent[message], context=context)


def messages() -> list[str]:
    """Those of both duties, in the order of their waves."""
    return [wave.message for name in ("event-invitation", "event-notices") for wave in duties.duty(name).waves]


def filled(letter: Rendered) -> tuple[str, str, str]:
    """Subject, text and HTML with an example person's own values and the addresses of a real office."""
    values = example_values(letter.language)
    own = {name: value.replace("http://127.0.0.1:8400", "https://alumni.example.org") for name, value in values.items()}
    put_in = tags.substitutions(tags.nonce_in(letter.subject, letter.html, letter.text), own)
    subject, text, html = (tags.fill(part, put_in) for part in (letter.subject, letter.text, letter.html))
    return subject, text, html


def every_letter() -> dict[str, tuple[Rendered, str, str, str]]:
    """Name -> the letter and its parts: all messages, and the barest and a department's invitation and reminder."""
    made = {}
    for language in LANGUAGES:
        for message in messages():
            made[f"{message}.{language}"] = written(message, language)
        for message in ("event-invitation", "event-reminder"):
            made[f"{message}.{language}.bare"] = written(message, language, BARE, "juridik")
    return {name: (letter, *filled(letter)) for name, letter in made.items()}
