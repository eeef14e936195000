"""The forms visits and events are planned in: what was typed, what it means, and what is wrong with it.

The checks are those of an imported file (`outreach.visits.checking`). Besides: a department's coordinator plans for
their own departments alone, and invites those who studied there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from outreach import places
from outreach.duties import Language
from outreach.event import Event, Place, Visit
from outreach.queries.planning import Planner
from outreach.visits import changing, checking
from outreach.visits.checking import Refused, Wrong
from outreach.visits.drafts import DEFAULT_RADIUS_KM, EventDraft, VisitDraft
from outreach.web.forms import ticked, value

EVENT_FIELDS = (
    "title_sv", "title_en", "body_sv", "body_en", "entry_sv", "entry_en", "venue", "city", "country", "city_choice",
    "city_asked", "starts_at", "starts_at_offset", "ends_at", "ends_at_offset", "answer_by", "capacity",
    "guests_allowed", "reach", "radius_km", "from_year", "until_year", "department", "visit", "mark",
)  # fmt: skip
VISIT_FIELDS = (
    "city",
    "country",
    "city_choice",
    "city_asked",
    "starts_on",
    "ends_on",
    "delegation",
    "purpose",
    "department",
    "mark",
)
TIMES = ("starts_at", "ends_at")
LOCAL = "%Y-%m-%dT%H:%M"  # what the browser's own field for a day and a time sends
NO_OFFSET = timedelta()
WHOLE_COUNTRY = "whole country"
NOT_THEIRS = {"sv": "Välj en institution i listan.", "en": "Choose a department from the list."}
Draft = TypeVar("Draft", EventDraft, VisitDraft)


@dataclass(frozen=True)
class Filled:
    """`typed`: field -> what stands in the form; `wrong`: field -> why it cannot be used, in the reader's language.

    `places`: the cities among which a name does not choose. `offsets`: of a time that comes twice, (offset, in words).
    """

    typed: dict[str, str]
    departments: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()
    wrong: dict[str, str] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    offsets: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @property
    def chosen_city(self) -> str:
        """Which of the cities offered was chosen, as long as the name is the one that was asked about."""
        return self.typed["city_choice"] if self.typed["city_asked"] == self.typed["city"] else ""

    @property
    def offered_cities(self) -> tuple[str, ...]:
        """What to choose among: the one that was chosen stands there until another is."""
        return self.places or ((self.chosen_city,) if self.chosen_city else ())

    @property
    def narrowed(self) -> bool:
        narrowing = (self.typed.get("from_year"), self.typed.get("until_year"), self.departments, self.interests)
        return any(narrowing)


def new_event(who: Planner, visit: Visit | None, mark: str) -> Filled:
    """The form before anybody has typed: what the visit says, and what most events are like."""
    typed = dict.fromkeys(EVENT_FIELDS, "") | {
        "radius_km": f"{DEFAULT_RADIUS_KM:.0f}",
        "reach": "radius",
        "guests_allowed": "0",
        "department": first_department(who),
        "mark": mark,
    }
    if visit is not None:
        typed |= _where(visit.place) | {"visit": visit.public_id, "starts_at": f"{visit.starts_on}T18:00"}
        if who.may(visit.department_code):
            typed["department"] = visit.department_code or ""
    return Filled(typed)


def of_event(event: Event) -> Filled:
    """The form of an event as it stands."""
    typed = {name: str(getattr(event, name, "")) for name in EVENT_FIELDS} | _where(event.place)
    narrowing = event.narrowing
    typed |= {
        **{name: f"{event.local(getattr(event, name)):{LOCAL}}" for name in TIMES},
        **{f"{name}_offset": event.local(getattr(event, name)).isoformat()[-6:] for name in TIMES},
        "reach": "country" if event.radius_km is None else "radius",
        "radius_km": f"{event.radius_km or DEFAULT_RADIUS_KM:g}",
        "from_year": str(narrowing.from_year or ""),
        "until_year": str(narrowing.until_year or ""),
        "department": event.department_code or "",
        "mark": changing.seen(event),
    }
    return Filled(typed, frozenset(narrowing.departments), frozenset(narrowing.interests))


def sent_event(form: FormData) -> Filled:
    """The form as it was sent."""
    typed = {name: value(form, name) for name in EVENT_FIELDS}
    return Filled(typed, frozenset(ticked(form, "departments")), frozenset(ticked(form, "interests")))


def new_visit(who: Planner, mark: str) -> Filled:
    return Filled(dict.fromkeys(VISIT_FIELDS, "") | {"department": first_department(who), "mark": mark})


def of_visit(visit: Visit, mark: str) -> Filled:
    typed = {name: str(getattr(visit, name, "")) for name in VISIT_FIELDS} | _where(visit.place)
    return Filled(typed | {"department": visit.department_code or "", "mark": mark})


def sent_visit(form: FormData) -> Filled:
    return Filled({name: value(form, name) for name in VISIT_FIELDS})


def read_event(
    filled: Filled, who: Planner, language: Language, *, event: Event | None = None, visit: Visit | None = None
) -> tuple[Filled, EventDraft | None]:
    """What a form means: the draft, or None and the form with what is wrong. `event`: the one it changes."""
    code = event.department_code if event else filled.typed["department"] or None
    fields = filled.typed | {
        "radius_km": WHOLE_COUNTRY if filled.typed["reach"] == "country" else filled.typed["radius_km"],
        "departments": ";".join(sorted(_narrowed_to(filled, who, code, event))),
        "interests": ";".join(sorted(filled.interests)),
        "department": code or "",
    }
    read, draft = _read(filled, fields, checking.event_draft, language, event.place if event else None)
    if draft is not None:
        draft = replace(draft, visit_id=event.visit_id if event else visit.id if visit else None)
        late = [one for one in checking.over(draft) if not _stood_before(one, draft, event)]
        read = _with(read, late, language)
    if event is None and not who.may(code):
        read = replace(read, wrong=read.wrong | {"department": NOT_THEIRS[language]})
    return read, None if read.wrong else draft


def read_visit(
    filled: Filled, who: Planner, language: Language, *, visit: Visit | None = None
) -> tuple[Filled, VisitDraft | None]:
    """What a form means: the draft, or None and the form with what is wrong. `visit`: the one it changes."""
    code = visit.department_code if visit else filled.typed["department"] or None
    fields = filled.typed | {"department": code or ""}
    read, draft = _read(filled, fields, checking.visit_draft, language, visit.place if visit else None)
    if visit is None and not who.may(code):
        read = replace(read, wrong=read.wrong | {"department": NOT_THEIRS[language]})
    return read, None if read.wrong else draft


def first_department(who: Planner) -> str:
    """What the form proposes: the central office, or a department's coordinator's own."""
    return "" if who.departments is None else min(who.departments)


def differences(typed: Mapping[str, str], stands: Mapping[str, str]) -> list[tuple[str, str]]:
    """(field, what stands there now), where it is not what was typed."""
    hidden = ("mark", "visit", "city_choice", "city_asked", "department", "starts_at_offset", "ends_at_offset")
    return [(name, stands[name]) for name in typed if name not in hidden and typed[name] != stands[name]]


def _narrowed_to(filled: Filled, who: Planner, code: str | None, event: Event | None) -> Iterable[str]:
    """The central office narrows as it likes. A department invites its own; what an event has been narrowed to by the
    central office stays so."""
    if who.departments is None:
        return filled.departments
    if event is not None:
        return event.narrowing.departments
    return [code] if code else []


def _read(
    filled: Filled,
    fields: Mapping[str, str],
    check: Callable[[Mapping[str, str]], Draft],
    language: Language,
    stands: Place | None,
) -> tuple[Filled, Draft | None]:
    """`stands`: where it is now, which is not asked about again while it is the same."""
    same = stands is not None and _where(stands) == {name: filled.typed[name] for name in ("city", "country")}
    place = {"city": filled.chosen_city, "country": ""} if filled.chosen_city else {}
    if same and stands is not None and not place:
        place = {"city": _unmistakable(stands), "country": ""}
    given = {**fields, **place}
    try:
        draft = _twice(check, given, filled.typed)
    except Refused as refused:
        return _with(filled, refused.problems, language, refused, given), None
    return filled, replace(draft, place=stands) if same and stands and _is(draft.place, stands) else draft


def _twice(check: Callable[[Mapping[str, str]], Draft], given: Mapping[str, str], typed: Mapping[str, str]) -> Draft:
    """Check, and once more with the offset chosen for a time that comes twice; for all others it says nothing."""
    try:
        return check(given)
    except Refused as refused:
        chosen = {
            name: given[name] + typed[f"{name}_offset"]
            for name, pair in _doubled(given, refused.problems).items()
            if typed.get(f"{name}_offset") in pair
        }
        if not chosen:
            raise
        return check({**given, **chosen})


def _with(
    filled: Filled,
    problems: Iterable[Wrong],
    language: Language,
    refused: Refused | None = None,
    given: Mapping[str, str] | None = None,
) -> Filled:
    found = list(problems)
    wrong = {one.field: _sentence(one.sv if language == "sv" else one.en) for one in reversed(found)}
    order = [name for name in (*filled.typed, "departments", "interests") if name in wrong]
    choices = refused.choices.get("city", ()) if refused else ()
    return replace(
        filled,
        wrong=filled.wrong | {name: wrong[name] for name in order},
        places=tuple(choice.text(language) for choice in choices),
        offsets={name: _in_words(pair, language) for name, pair in _doubled(given or {}, found).items()},
    )


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]


def _doubled(given: Mapping[str, str], problems: Iterable[Wrong]) -> dict[str, tuple[str, str]]:
    """The times among the problems that come twice where it is -> their two offsets from UTC, the earlier first."""
    wrong = [one.field for one in problems if one.field in TIMES]
    try:
        zone = ZoneInfo(places.find(given.get("city", ""), given.get("country") or None).time_zone) if wrong else None
        shown = {name: datetime.fromisoformat(given[name]) for name in wrong}
    except (places.Ambiguous, places.Unknown, ValueError):
        return {}
    found = {}
    for name, at in shown.items():
        first, second = (at.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        if (first.utcoffset() or NO_OFFSET) > (second.utcoffset() or NO_OFFSET):  # the clock goes back
            found[name] = (first.isoformat()[-6:], second.isoformat()[-6:])
    return found


def _in_words(pair: tuple[str, str], language: Language) -> tuple[tuple[str, str], ...]:
    first, second = ("Första gången", "Andra gången") if language == "sv" else ("The first time", "The second time")
    return ((pair[0], f"{first} (UTC{pair[0]})"), (pair[1], f"{second} (UTC{pair[1]})"))


def _stood_before(problem: Wrong, draft: EventDraft, event: Event | None) -> bool:
    """Whether a last day to answer that has passed is the event's own, which may stay while something else changes."""
    return problem.field == "answer_by" and event is not None and draft.answer_by == event.answer_by


def _where(place: Place) -> dict[str, str]:
    return {"city": place.name, "country": place.country}


def _unmistakable(place: Place) -> str:
    """What `places.find` understands as this very place."""
    try:
        places.find(place.name, place.country)
    except places.Ambiguous as several:
        named = [choice.text("en") for choice in several.choices if _is(choice.place, place)]
        return named[0] if named else f"{place.name}, {place.country}"
    except places.Unknown:
        pass
    return f"{place.name}, {place.country}"


def _is(one: Place, other: Place) -> bool:
    return (one.country, one.latitude, one.longitude) == (other.country, other.latitude, other.longitude)
