"""Publishing: the rounds that are due are measured, protected once, and kept as they may be read."""

from datetime import datetime

from sqlalchemy.orm import Session

from outreach import clock, departments, duties
from outreach.duties import SurveyTimes
from outreach.errors import PermanentFailure
from outreach.queries import survey_frame, survey_results
from outreach.questionnaires import Questionnaire
from outreach.results import making
from outreach.results.making import Content
from outreach.results.rounds import Round, rounds

DUTY = "career-survey"


def publish_due(session: Session, now: datetime) -> list[str]:
    """Publish every round that is due and has answers enough; the slugs of those that are news.

    One with too few answers waits for the rest of its year. What is published is never published anew.
    """
    times, day = _times(), now.astimezone(clock.OFFICE_ZONE).date()
    closed = rounds(survey_results.closed_unpublished(session, now))
    return [each.slug for each in closed if each.due(day) and publish(session, each, times, now)]


def publish(session: Session, one: Round, times: SurveyTimes, now: datetime) -> bool:
    """Publish one round. False: too few answered, or it has been published."""
    found = content(session, one, times)
    if found is None:
        return False
    return survey_results.keep(session, one.slug, times.disclosure, found, one.ids, now)


def content(session: Session, one: Round, times: SurveyTimes) -> Content | None:
    """What would be published of a round: for the same answers the same. None: too few answered."""
    text = survey_results.newest_text(session, one.ids)
    if text is None:
        return None
    whole = Questionnaire.from_content(text)
    frame, texts = survey_frame.frame(session, one.ids), survey_frame.texts(session, one.ids)
    answers = int(frame["responded"].sum())
    if answers < times.hide_below:
        return None
    found = making.content(frame, texts, whole, mode=times.disclosure, hide_below=times.hide_below)
    if found is None:
        return None
    first, last = one.surveys[0], one.surveys[-1]
    described = {
        "slug": one.slug,
        "questionnaire": first.questionnaire,
        "months_after": first.months_after,
        "first_month": f"{first.cohort_month:%Y-%m}",
        "last_month": f"{last.cohort_until:%Y-%m}",
        "department": first.department_code or "",
        "programme": first.programme_code or "",
        "surveys": [survey.slug for survey in one.surveys],
    }
    return described | found | {"names": _names(session, found)}


def _names(session: Session, found: Content) -> dict[str, dict[str, dict[str, str]]]:
    """What groups are called: dimension -> code -> language -> name."""
    groups: dict[str, set[str]] = {"department": set(), "programme": set()}
    for table in found["tables"]:
        if table["dimension"] in groups:
            groups[table["dimension"]] |= {str(row[0]) for row in table["cells"]}
    known = departments.departments()
    programmes = survey_results.programme_names(session, groups["programme"])
    of_department = {code: known[code] for code in groups["department"] if code in known}
    return {
        "department": {code: {"sv": row.name_sv, "en": row.name_en} for code, row in sorted(of_department.items())},
        "programme": {code: {"sv": sv, "en": en} for code, (sv, en) in sorted(programmes.items())},
    }


def _times() -> SurveyTimes:
    times = duties.duty(DUTY).survey
    if times is None:
        raise PermanentFailure(f"config/duties.toml: {DUTY} has no [{DUTY}.survey].")
    return times
