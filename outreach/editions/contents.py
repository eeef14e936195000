"""From an edition to its letters: what each reader's version holds, and the page anybody may read."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach import clock, departments, duties
from outreach.duties import LANGUAGES, Duty, Language
from outreach.editions import calendar, special
from outreach.editions.opening import Edition, edition
from outreach.models import Campaign
from outreach.queries import editions
from outreach.rendering import Part, Rendered, for_mail, for_page, render, shortened
from outreach.rendering.edition import clean
from outreach.settings import settings

SUBJECT, PREHEADER = 68, 120  # characters
MONTHS = {
    "sv": ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
           "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip


@dataclass(frozen=True)
class WebPage:
    """An edition as anybody may read it, in one language."""

    language: Language
    slug: str
    title: str
    summary: str
    html: str


def letters(session: Session, campaign: Campaign, wave: int) -> list[Rendered]:
    """The edition's letters in a wave: one for each language and department somebody was planned in.

    Once settled they are written from what is settled; until then from what the pool holds today.
    """
    duty, holds = duties.duty(campaign.duty), edition(session, campaign, clock.today())
    on_page = _on_page(session, campaign, holds)
    wanted = [(_language(code), department) for code, department in editions.variants(session, campaign.id, wave)]
    return [letter(campaign, duty, holds, wave, language, department, on_page) for language, department in wanted]


def letter(
    campaign: Campaign,
    duty: Duty,
    holds: Edition,
    wave: int,
    language: Language,
    department: str | None,
    on_page: Collection[str],
) -> Rendered:
    """One version of the letter. `on_page`: the slugs of the stories that the web page will show."""
    message = duty.waves[wave - 1].message
    seen = parts(holds, language, department)
    page = page_url(campaign, language)
    return render(
        message if special.read(campaign.parameters) is None else f"{message}-special",
        language=language,
        department_code=department,
        purpose=duty.purpose,
        context=_words(campaign, duty, seen, language) | {"page": page},
        stories=for_mail(seen, language, page=page, on_page=on_page),
    )


def parts(holds: Edition, language: Language, department: str | None) -> list[Part]:
    """The edition's sections as readers of a department see them, in their order."""
    name = departments.department(department).name(language) if department else ""
    return [
        Part(section, holds.plan.seen_by(section.name, department), name if section.whose == "own" else "")
        for section in holds.sections
    ]


def pages(campaign: Campaign, holds: Edition) -> list[WebPage]:
    """The edition's page in each language: every section, and those of all departments."""
    duty, made = duties.duty(campaign.duty), []
    for language in LANGUAGES:
        seen = _all_parts(holds, language)
        words = _words(campaign, duty, seen, language)
        summary = ", ".join(filter(None, (str(words["headline"]), str(words["also"]))))
        made.append(WebPage(language, slug(campaign), str(words["title"]), summary, for_page(seen, language)))
    return made


def title(campaign: Campaign, duty: Duty, language: Language) -> str:
    """ "Nyhetsbrev december 2026", or the special edition's own."""
    if (extra := special.read(campaign.parameters)) is not None:
        return clean(extra.title(language))
    quarter = calendar.named(campaign.period)
    assert quarter is not None
    return f"{duty.title(language)} {MONTHS[language][quarter.opens.month - 1]} {quarter.opens.year}"


def slug(campaign: Campaign) -> str:
    """What the edition is called in its address: `2026-q4`, `extra-ny-rektor`, `extra-fest-juridik`."""
    own = f"-{campaign.department_code}" if campaign.department_code else ""
    return f"{campaign.period.lower()}{own}"


def page_url(campaign: Campaign, language: Language) -> str:
    return f"{settings().public_url.rstrip('/')}/newsletter/{slug(campaign)}?lang={language}"


def _on_page(session: Session, campaign: Campaign, holds: Edition) -> set[str]:
    written = {story.slug for _, story in holds.plan.placed() if story.id == special.WRITTEN}
    return editions.shown_on_the_web(session, campaign.id) | written


def _all_parts(holds: Edition, language: Language) -> list[Part]:
    """The shared sections in their order, then those of the departments by name."""
    shared = [
        Part(section, holds.plan.seen_by(section.name, None)) for section in holds.sections if section.whose != "own"
    ]
    own = [
        Part(section, stories, departments.department(code).name(language))
        for section in holds.sections
        for code, stories in holds.plan.own.get(section.name, {}).items()
    ]
    return [part for part in (*shared, *sorted(own, key=lambda part: part.own)) if part.stories]


def _words(campaign: Campaign, duty: Duty, seen: list[Part], language: Language) -> dict[str, object]:
    """What the letter's template may say: `title`, and the first stories' own titles for subject and preheader."""
    name = title(campaign, duty, language)
    told = [clean(story.told_in(language).title) for part in seen for story in part.stories]
    first, *others = told or [name]
    return {
        "title": shortened(name, SUBJECT),
        "headline": shortened(first, max(SUBJECT - len(name) - 2, 20)),
        "also": shortened(", ".join(dict.fromkeys(others)) or first, PREHEADER),
    }


def _language(code: str) -> Language:
    return "en" if code == "en" else "sv"
