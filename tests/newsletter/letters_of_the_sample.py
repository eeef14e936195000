"""The letters and pages of an edition made of the sample's stories: no database, every look and both languages."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from outreach import duties, tags
from outreach.clock import OFFICE_ZONE
from outreach.editions import contents, filling, special
from outreach.editions.opening import Edition
from outreach.models import Campaign
from outreach.rendering import Rendered, example_values
from outreach.sample import pictures, telling
from outreach.story import Channel, Kind, Picture, Story, Telling

DUTY = "quarterly-newsletter"
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
WITH_STORIES, WITHOUT = "juridik", "nordita"
HERE, PUBLIC = "http://127.0.0.1:8400", "https://alumni.example.org"


def pool() -> list[Story]:
    return [_story(number, told) for number, told in enumerate(telling.stories(), start=1)]


def _story(number: int, told: dict[str, Any]) -> Story:
    tellings = tuple(
        Telling(language, _named(told[f"title_{language}"]), _named(told[f"body_{language}"]))
        for language in duties.LANGUAGES
        if f"title_{language}" in told
    )
    size = pictures.TALL if told.get("tall") else pictures.WIDE
    return Story(
        id=number,
        slug=str(told["slug"]),
        kind=Kind(told["kind"]),
        department_code=told.get("department"),
        tellings=tellings,
        link=told.get("link"),
        picture=Picture(
            f"{number:064x}", *size, *(pictures.ALTS[told["scene"]][language] for language in ("sv", "en"))
        ),
        person_id=None,
        happens_at=_happens_at(told) if "event_in" in told else None,
        place=told.get("place", ""),
        publish_from=None,
        publish_until=None,
        channels=frozenset(Channel),
    )


def _happens_at(told: dict[str, Any]) -> datetime:
    said = telling._dates(told, NOW.date())["happens_at"]
    return datetime.fromisoformat(said).replace(tzinfo=OFFICE_ZONE)


def _named(text: str) -> str:
    return text.replace("{name}", "Åsa Öberg").replace("{first_name}", "Åsa")


@cache
def picture(digest: str) -> bytes:
    """The JPEG that a story of the pool shows."""
    told = telling.stories()[int(digest, 16) - 1]
    return pictures.picture(told["scene"], told["slug"], tall=told.get("tall", False))


def edition() -> Edition:
    sections = duties.duty(DUTY).sections
    return Edition(sections, filling.fill(sections, pool(), kept={}, now=NOW))


def campaign(period: str = "2026-Q4", **parameters: str) -> Campaign:
    return Campaign(id=1, key=f"{DUTY}/{period}/central", duty=DUTY, period=period, parameters=parameters)


def versions(codes: Iterable[str | None]) -> dict[str, Rendered]:
    """`<language>.<department>` -> letter, for the readers of these departments; None: those who have none."""
    duty, holds = duties.duty(DUTY), edition()
    on_page = {story.slug for _, story in holds.plan.placed()}
    return {
        f"{language}.{code}": contents.letter(campaign(), duty, holds, 1, language, code, on_page)
        for code in codes
        for language in duties.LANGUAGES
    }


def letters() -> dict[str, Rendered]:
    """Name -> letter: for a department with stories of its own, one without, no department; and a special edition."""
    found = versions((WITH_STORIES, WITHOUT, None))
    extra = special.Special(
        "ny-rektor", title_sv="Ny rektor från januari", text_sv="Kära alumn!\n\n> Varmt tack.\n\n- ett\n- två"
    )
    alone = Edition((special.section(extra),), filling.Plan({"lead": special._written(extra)}))
    for language in duties.LANGUAGES:
        mine = campaign(extra.period, **extra.parameters())
        found[f"special.{language}"] = contents.letter(mine, duties.duty(DUTY), alone, 1, language, None, set())
    return found


def filled(letter: Rendered) -> tuple[str, str, str]:
    """(subject, text, HTML) with an example person's values, at an address that is reached over https."""
    values = {name: value.replace(HERE, PUBLIC) for name, value in example_values(letter.language).items()}
    replacements = tags.substitutions(tags.nonce_in(letter.html), values)
    subject, text, html = (tags.fill(part, replacements) for part in (letter.subject, letter.text, letter.html))
    return subject, text.replace(HERE, PUBLIC), html.replace(HERE, PUBLIC)
