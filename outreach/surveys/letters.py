"""What a survey's letters say of it, and its week and its closing in words."""

from datetime import timedelta

from babel import Locale
from babel.dates import format_date
from sqlalchemy.orm import Session

from outreach import clock, duties
from outreach.duties import LANGUAGES, Language
from outreach.models import Campaign, Survey
from outreach.queries import surveys
from outreach.rendering import Rendered, render
from outreach.settings import settings
from outreach.surveys.opening import asked, census_week

LOCALES = {"sv": Locale("sv"), "en": Locale("en", "GB")}


def letters(session: Session, campaign: Campaign, wave: int) -> list[Rendered]:
    """A wave's letter in each language."""
    duty, survey = duties.duty(campaign.duty), surveys.of_campaign(session, campaign)
    return [
        render(
            duty.waves[wave - 1].message,
            language=language,
            department_code=campaign.department_code,
            purpose=duty.purpose,
            context={"survey": facts(survey, language)},
        )
        for language in LANGUAGES
    ]


def facts(survey: Survey, language: Language) -> dict[str, object]:
    """What templates know as `survey`: `title`, `closes` ("söndag 3 januari 2027"), `last_day` ("3 januari"), `week`,
    `results` (an address)."""
    return {
        "title": asked(survey).title.told(language),
        "closes": _day(survey, "EEEE d MMMM y", language),
        "last_day": _day(survey, "d MMMM", language),
        "week": week(survey, language),
        "results": f"{settings().public_url.rstrip('/')}/results?lang={language}",
    }


def week(survey: Survey, language: Language) -> str:
    """The census week in words: "veckan 26 oktober–1 november 2026", "the week of 26 October–1 November 2026"."""
    first, last = census_week(survey)
    begins = "d" if (first.year, first.month) == (last.year, last.month) else "d MMMM"
    begins = begins if first.year == last.year else "d MMMM y"
    words = f"{format_date(first, begins, LOCALES[language])}–{format_date(last, 'd MMMM y', LOCALES[language])}"
    return f"veckan {words}" if language == "sv" else f"the week of {words}"


def _day(survey: Survey, pattern: str, language: Language) -> str:
    """The last day one can answer, as the office counts days."""
    last = (survey.closes_at - timedelta(seconds=1)).astimezone(clock.OFFICE_ZONE).date()
    return format_date(last, pattern, LOCALES[language])
