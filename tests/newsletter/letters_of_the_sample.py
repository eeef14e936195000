"""The letters and pages of an edition made of the sample's stories: no database, every look and both languages."""

from datetime import UTC, datetime, timedelta
from typing import Any

from outreach import duties, tags
from outreach.editions import contents, filling, special
from outreach.editions.opening import Edition
from outreach.models import Campaign
from outreach.rendering import Rendered, example_values
from outreach.sample import telling
from outreach.story import Channel, Kind, Picture, Story, Telling

DUTY = "quarterly-newsletter"
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
WITH_STORIES, WITHOUT = "juridik", "nordita"


def pool() -> list[Story]:
    return [_story(number, told) for number, told in enumerate(telling.stories(), start=1)]


def _story(number: int, told: dict[str, Any]) -> Story:
    tellings = tuple(
        Telling(language, told[f"title_{language}"], told[f"body_{language}"])
        for language in duties.LANGUAGES
        if f"title_{language}" in told
    )
    tall = bool(told.get("tall"))
    return Story(
        id=number,
        slug=str(told["slug"]),
        kind=Kind(told["kind"]),
        department_code=told.get("department"),
        tellings=tellings,
        link=told.get("link"),
        picture=Picture(f"{number:064x}", 1200, 1500 if tall else 800, "Vad bilden visar", "What the picture shows"),
        person_id=None,
        happens_at=NOW + timedelta(days=told["event_in"]) if "event_in" in told else None,
        place=told.get("place", ""),
        publish_from=None,
        publish_until=None,
        channels=frozenset(Channel),
    )


def edition() -> Edition:
    sections = duties.duty(DUTY).sections
    return Edition(sections, filling.fill(sections, pool(), kept={}, now=NOW))


def campaign(period: str = "2026-Q4", **parameters: str) -> Campaign:
    return Campaign(id=1, key=f"{DUTY}/{period}/central", duty=DUTY, period=period, parameters=parameters)


def letters() -> dict[str, Rendered]:
    """Name -> letter: for a department with stories of its own, one without, no department; and a special edition."""
    duty, holds = duties.duty(DUTY), edition()
    on_page = {story.slug for _, story in holds.plan.placed()}
    found = {
        f"{language}.{department}": contents.letter(campaign(), duty, holds, 1, language, department, on_page)
        for language in duties.LANGUAGES
        for department in (WITH_STORIES, WITHOUT, None)
    }
    extra = special.Special(
        "ny-rektor", title_sv="Ny rektor från januari", text_sv="Kära alumn!\n\n> Varmt tack.\n\n- ett\n- två"
    )
    alone = Edition((special.section(extra),), filling.Plan({"lead": special._written(extra)}))
    for language in duties.LANGUAGES:
        mine = campaign(extra.period, **extra.parameters())
        found[f"special.{language}"] = contents.letter(mine, duty, alone, 1, language, None, set())
    return found


def filled(letter: Rendered) -> tuple[str, str, str]:
    """(subject, text, HTML) with an example person's values, at an address that is reached over https."""
    values = {name: value.replace("http://127.0.0.1:8400", "https://alumni.example.org") for name, value in
              example_values(letter.language).items()}  # fmt: skip
    replacements = tags.substitutions(tags.nonce_in(letter.html), values)
    subject, text, html = (tags.fill(part, replacements) for part in (letter.subject, letter.text, letter.html))
    return subject, *(part.replace("http://127.0.0.1:8400", "https://alumni.example.org") for part in (text, html))  # type: ignore[return-value]
