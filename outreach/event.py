"""Visits and events as their users see them: audience, page, mail, calendar and host take the same ones."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from outreach.duties import Language


class Answer(enum.StrEnum):
    YES = "yes"
    NO = "no"
    PERHAPS = "perhaps"  # holds no seat


class Seat(enum.StrEnum):
    """What a yes has got. A seat that is seated or offered counts towards the capacity, with its guests."""

    NONE = "none"
    SEATED = "seated"
    WAITING = "waiting"  # in line, by `place`
    OFFERED = "offered"  # held until `confirm_until`
    LAPSED = "lapsed"  # offered and not confirmed in time


class NoticeKind(enum.StrEnum):
    """What those who have answered are told, in the order of the waves of the duty `event-notices`."""

    CONFIRMED = "confirmed"  # has a seat: with the calendar file
    WAITING = "waiting"
    OFFERED = "offered"
    LAPSED = "lapsed"
    GIVEN_UP = "given_up"  # had a seat, said no
    CHANGED = "changed"  # has a seat: with the calendar file
    CHANGED_OTHERS = "changed_others"  # perhaps, waiting, offered
    CANCELLED = "cancelled"  # has a seat: with the calendar file that takes it away
    CANCELLED_OTHERS = "cancelled_others"
    PRACTICAL = "practical"  # two days before
    THANKS = "thanks"  # came
    MISSED = "missed"  # was expected


@dataclass(frozen=True)
class Place:
    """Somewhere on earth. `name` as its own country's readers of Latin letters write it; degrees; an IANA zone."""

    name: str
    country: str  # ISO 3166-1 alpha-2
    latitude: float
    longitude: float
    time_zone: str


@dataclass(frozen=True)
class Narrowing:
    """Who within reach is asked; all that is empty narrows nothing. Years are of the degree, both ends included."""

    departments: tuple[str, ...] = ()
    from_year: int | None = None
    until_year: int | None = None
    interests: tuple[str, ...] = ()  # any one of them

    def as_json(self) -> dict[str, Any]:
        held = {
            "departments": list(self.departments),
            "from_year": self.from_year,
            "until_year": self.until_year,
            "interests": list(self.interests),
        }
        return {name: value for name, value in held.items() if value}

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> "Narrowing":
        return cls(
            tuple(held.get("departments", ())),
            held.get("from_year"),
            held.get("until_year"),
            tuple(held.get("interests", ())),
        )


@dataclass(frozen=True)
class Visit:
    id: int
    public_id: str
    place: Place
    starts_on: date
    ends_on: date  # the last day
    delegation: str
    department_code: str | None  # None: central
    purpose: str
    cancelled: bool


@dataclass(frozen=True)
class Event:
    """`starts_at`, `ends_at` are aware UTC; `local` makes them the clock's where the event is."""

    id: int
    public_id: str
    slug: str
    visit_id: int | None
    department_code: str | None  # None: central
    title_sv: str
    title_en: str
    body_sv: str  # Markdown
    body_en: str
    entry_sv: str  # Markdown: how to get in
    entry_en: str
    venue: str
    place: Place
    starts_at: datetime
    ends_at: datetime
    answer_by: date  # the last day, where the event is
    capacity: int
    guests_allowed: int
    radius_km: float | None  # None: the whole country
    narrowing: Narrowing
    sequence: int
    cancelled: bool
    updated_at: datetime
    delegation: str  # the visit's: who comes; "" for none

    def title(self, language: Language) -> str:
        return self.title_sv if language == "sv" else self.title_en

    def body(self, language: Language) -> str:
        return self.body_sv if language == "sv" else self.body_en

    def entry(self, language: Language) -> str:
        return self.entry_sv if language == "sv" else self.entry_en

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.place.time_zone)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    @property
    def answers_until(self) -> datetime:
        """The moment after which an answer is too late: midnight after `answer_by` where it is, or its start."""
        midnight = datetime.combine(self.answer_by + timedelta(days=1), time(), self.zone)
        return min(midnight.astimezone(self.starts_at.tzinfo), self.starts_at)
