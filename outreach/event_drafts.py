"""A visit or an event as somebody plans it, checked and resolved, before the database knows it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from outreach.event import Narrowing, Place

DEFAULT_RADIUS_KM = 100.0


@dataclass(frozen=True)
class VisitDraft:
    """`ends_on` is the last day. `source_key`: what the file it came from calls it; None for one typed in a form."""

    place: Place
    starts_on: date
    ends_on: date
    delegation: str = ""
    department_code: str | None = None  # None: central
    purpose: str = ""
    source_key: str | None = None


@dataclass(frozen=True)
class EventDraft:
    """`starts_at`, `ends_at` are aware. `answer_by`: the last day, where the event is. Bodies are Markdown.

    `radius_km` None: the whole country. `visit_id` None: an event without a visit.
    """

    title_sv: str
    title_en: str
    venue: str
    place: Place
    starts_at: datetime
    ends_at: datetime
    answer_by: date
    capacity: int
    guests_allowed: int = 0
    body_sv: str = ""
    body_en: str = ""
    entry_sv: str = ""
    entry_en: str = ""
    radius_km: float | None = DEFAULT_RADIUS_KM
    narrowing: Narrowing = field(default_factory=Narrowing)
    department_code: str | None = None  # None: central
    visit_id: int | None = None
    source_key: str | None = None
