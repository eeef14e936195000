"""A visit or an event as it was written, checked: the same checks serve a file and a form."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from outreach import clock
from outreach.event import Narrowing, Place
from outreach.places import Choice
from outreach.visits import values
from outreach.visits.drafts import EventDraft, VisitDraft
from outreach.visits.local_time import day, moment
from outreach.visits.slips import Refused, Slip, Wrong

__all__ = ["Refused", "Wrong", "event_draft", "over", "visit_draft"]

ANSWER_DAYS_BEFORE = 7  # where no last day to answer is given
LONGEST_VISIT = timedelta(days=92)
LONGEST_EVENT = timedelta(days=7)

Value = TypeVar("Value")


class _Fields:
    """What was written, read field by field; everything that is wrong is kept, to be told at once."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self.problems: list[Wrong] = []
        self.choices: dict[str, tuple[Choice, ...]] = {}

    def text(self, field: str) -> str:
        return self._fields.get(field, "").strip()

    def read(self, field: str, meaning: Callable[[str], Value]) -> Value | None:
        """What a field means; None where that is wrong."""
        try:
            return meaning(self.text(field))
        except Slip as slip:
            self.problems.append(Wrong(field, slip.sv, slip.en))
            if slip.choices:
                self.choices[field] = slip.choices
            return None

    def wrong(self, field: str, sv: str, en: str) -> None:
        self.problems.append(Wrong(field, sv, en))

    def refuse_if_wrong(self) -> None:
        if self.problems:
            raise Refused(self.problems, self.choices)


def visit_draft(fields: Mapping[str, str]) -> VisitDraft:
    """From city, country, starts_on, ends_on (the same day where empty), delegation, department, purpose.

    Raises Refused with everything that is wrong.
    """
    form = _Fields(fields)
    where = form.read("city", lambda city: values.place(city, form.text("country")))
    first = form.read("starts_on", day)
    last = form.read("ends_on", lambda text: day(text) if text else first)
    if first and last and not timedelta() <= last - first <= LONGEST_VISIT:
        form.wrong("ends_on", *_turned_or_long(last < first, first, LONGEST_VISIT.days))
    held: dict[str, Any] = {
        "delegation": form.read("delegation", values.line),
        "department_code": form.read("department", values.department),
        "purpose": form.read("purpose", values.line),
    }
    form.refuse_if_wrong()
    assert where is not None
    held |= {"starts_on": first, "ends_on": last}
    return VisitDraft(place=where, **held)


def event_draft(fields: Mapping[str, str]) -> EventDraft:
    """From title_sv, title_en, body_sv, body_en, entry_sv, entry_en, venue, city, country, starts_at, ends_at,
    answer_by, capacity, guests_allowed, radius_km, departments, from_year, until_year, interests, department.

    Times are by the clock of the place (`outreach.visits.local_time.moment`); `ends_at` may be a time alone. A text in
    one language alone serves both. Empty: answer_by is a week before, radius_km 100, department the central office.
    Raises Refused with everything that is wrong. Whether it is too late: `over`.
    """
    form = _Fields(fields)
    where = form.read("city", lambda city: values.place(city, form.text("country")))
    starts, ends = _times(form, where) if where else (None, None)
    answer_by = _answer_by(form, where, starts) if where and starts else None
    held: dict[str, Any] = {
        **_in_both(form, "title", values.needed),
        **_in_both(form, "body", values.markdown),
        **_in_both(form, "entry", values.markdown),
        "venue": form.read("venue", values.needed),
        "capacity": form.read("capacity", values.seats),
        "guests_allowed": form.read("guests_allowed", values.guests),
        "radius_km": form.read("radius_km", values.radius),
        "department_code": form.read("department", values.department),
    }
    _check_guests(form, held["capacity"], held["guests_allowed"])
    narrowing = _narrowing(form)
    form.refuse_if_wrong()
    assert where is not None
    held |= {"starts_at": starts, "ends_at": ends, "answer_by": answer_by, "narrowing": narrowing}
    return EventDraft(place=where, **held)


def over(draft: EventDraft) -> list[Wrong]:
    """Why it is too late to plan this event: it has begun, or nobody could answer any more. Empty where it is not."""
    if draft.starts_at <= clock.now():
        return [Wrong("starts_at", "Tiden har redan varit.", "That time has passed.")]
    if draft.answer_by < _day_there(clock.now(), draft.place):
        sv = f"Sista svarsdagen, {draft.answer_by}, har redan varit. Skriv en senare."
        return [Wrong("answer_by", sv, f"The last day to answer, {draft.answer_by}, has passed. Write a later one.")]
    return []


def _times(form: _Fields, where: Place) -> tuple[datetime | None, datetime | None]:
    starts = form.read("starts_at", lambda text: moment(text, where))
    if starts is None:
        return None, None
    there = _day_there(starts, where)
    ends = form.read("ends_at", lambda text: moment(text, where, on=there))
    if ends and not timedelta() < ends - starts <= LONGEST_EVENT:
        form.wrong("ends_at", *_turned_or_long(ends <= starts, form.text("starts_at"), LONGEST_EVENT.days))
    return starts, ends


def _answer_by(form: _Fields, where: Place, starts: datetime) -> date | None:
    there = _day_there(starts, where)
    usual = there - timedelta(days=ANSWER_DAYS_BEFORE)
    found = form.read("answer_by", lambda text: day(text) if text else usual)
    if found and found > there:
        form.wrong(
            "answer_by",
            f"Sista svarsdagen, {found}, ligger efter evenemanget, som är {there}.",
            f"The last day to answer, {found}, is after the event, which is on {there}.",
        )
    return found


def _day_there(moment_: datetime, where: Place) -> date:
    return moment_.astimezone(ZoneInfo(where.time_zone)).date()


def _turned_or_long(turned: bool, first: object, days: int) -> tuple[str, str]:
    if turned:
        return f"Slutet ligger före början ({first}).", f"The end is before the beginning ({first})."
    return f"Det är längre än {days} dagar. Kontrollera datumen.", f"That is more than {days} days. Check the dates."


def _in_both(form: _Fields, name: str, meaning: Callable[[str], str]) -> dict[str, str | None]:
    """A text in Swedish and English; the one there is serves for both."""
    sv, en = f"{name}_sv", f"{name}_en"
    written = [field for field in (sv, en) if form.text(field)] or [sv]
    found = {field: form.read(field, meaning) for field in written}
    return {sv: found.get(sv, found.get(en)), en: found.get(en, found.get(sv))}


def _check_guests(form: _Fields, capacity: int | None, guests: int | None) -> None:
    if capacity is not None and guests is not None and 1 + guests > capacity:
        form.wrong(
            "guests_allowed",
            f"En person med {guests} gäster får inte plats: det finns {capacity} platser.",
            f"A person with {guests} guests does not fit: there are {capacity} seats.",
        )


def _narrowing(form: _Fields) -> Narrowing:
    first, last = form.read("from_year", values.year), form.read("until_year", values.year)
    if first and last and last < first:
        form.wrong("until_year", f"{last} ligger före {first}.", f"{last} is before {first}.")
    asked = form.read("departments", values.departments) or ()
    return Narrowing(asked, first, last, form.read("interests", values.interests) or ())
