"""Asking departments for stories: once, weeks before an edition opens, and once more if nothing has come."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from outreach import clock, departments, duties, office_mail
from outreach.database import session_scope
from outreach.duties import Contributions, Duty
from outreach.editions import calendar
from outreach.editions.calendar import Quarter
from outreach.editions.contents import MONTHS
from outreach.models import Coordinator
from outreach.outgoing import Addressee, OutgoingBatch, Transport
from outreach.queries import contributions, editions
from outreach.settings import settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ask:
    """One coordinator to be asked, for their departments. `reminder`: 0 the first time."""

    coordinator: Coordinator
    departments: tuple[str, ...]
    reminder: int


def deadline(quarter: Quarter, rules: Contributions) -> date:
    """The last day to send a story for an edition."""
    return quarter.opens - timedelta(weeks=rules.deadline_weeks_before)


def ask(duty_name: str, day: date, transport: Transport) -> int:
    """Mail every department's coordinator whose turn it is on `day`. Returns how many mails were taken.

    That somebody is asked is written down before the mail goes, and taken back when it was not taken: a run that dies
    in between asks nobody twice, and whom it missed is reminded.
    """
    duty = duties.duty(duty_name)
    if duty.contributions is None:
        return 0
    quarter = calendar.coming(day)
    return sum(_ask_one(duty, quarter, one, transport) for one in due(duty, quarter, day))


def due(duty: Duty, quarter: Quarter, day: date) -> list[Ask]:
    """Whom to ask on `day`: everyone from the first day of asking on; who has told nothing, from the reminder's on."""
    rules = duty.contributions
    assert rules is not None
    if not quarter.opens - timedelta(weeks=rules.ask_weeks_before) <= day <= deadline(quarter, rules):
        return []
    remind = day >= quarter.opens - timedelta(weeks=rules.remind_weeks_before)
    with session_scope(reading=True) as session:
        coordinators = contributions.local_coordinators(session)
        asked = contributions.asked(session, quarter.name)
        told = contributions.have_told(session, quarter.opens, editions.had_before(session, duty.name, 0))
    found = []
    for coordinator, codes in coordinators:
        before = asked.get(coordinator.id)
        silent = tuple(code for code in codes if code not in told)
        if before is None:
            found.append(Ask(coordinator, tuple(codes), 0))
        elif remind and before == 0 and silent:
            found.append(Ask(coordinator, silent, 1))
    return found


def _ask_one(duty: Duty, quarter: Quarter, one: Ask, transport: Transport) -> bool:
    rules = duty.contributions
    assert rules is not None
    last = deadline(quarter, rules)
    with session_scope() as session:
        mine = contributions.note(
            session, period=quarter.name, coordinator_id=one.coordinator.id, reminder=one.reminder, deadline=last,
            now=clock.now(),
        )  # fmt: skip
    if not mine:
        return False
    if why := office_mail.not_taken(_request(quarter, one, last), transport):
        log.warning("Coordinator %s was not asked for stories: %s", one.coordinator.id, next(iter(why.values())))
        with session_scope() as session:
            contributions.forget(session, period=quarter.name, coordinator_id=one.coordinator.id, reminder=one.reminder)
        return False
    return True


def _request(quarter: Quarter, one: Ask, last: date) -> OutgoingBatch:
    language = one.coordinator.language
    names = [
        departments.department(code).name(language) for code in one.departments if code in departments.departments()
    ]
    subject = f"{'Bidrag till nyhetsbrevet' if language == 'sv' else 'For the newsletter'} {quarter.name}: {names[0]}"
    return office_mail.written(
        "contribution-request",
        language=language,
        context={
            "name": one.coordinator.name,
            "departments": [{"label": name} for name in names],
            "reminder": bool(one.reminder),
            "opens": _day(quarter.opens, language),
            "deadline": _day(last, language),
            "subject_line": quote(subject),
            "page": f"{settings().public_url.rstrip('/')}/newsletter/contribute?lang={language}",
        },
        key=f"contributions/{quarter.name}/{one.reminder}",
        about="contributions",
        to=Addressee(f"{quarter.name}-{one.coordinator.id}-{one.reminder}".lower(), one.coordinator.email, {}, ""),
    )


def _day(day: date, language: str) -> str:
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"
