"""Which header means which of our columns, and which words mean which of our values, in Swedish and English."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from outreach.sheets.reading import folded

# Our column = what it may be called. Case, spaces, "_", "-" and "." do not matter.
OF_THE_VISIT = {
    "visit": ["visit", "besök", "besöksnamn"],
    "starts_on": ["starts_on", "visit_from", "besök_från", "from", "från", "ankomst"],
    "ends_on": ["ends_on", "visit_until", "besök_till", "until", "to", "till", "avresa"],
    "delegation": ["delegation", "resenärer"],
    "purpose": ["purpose", "syfte"],
}
OF_BOTH = {
    "city": ["city", "ort", "stad"],
    "country": ["country", "land"],
    "department": ["department", "host_department", "institution", "värdinstitution", "inst"],
}
OF_THE_EVENT = {
    "event": ["event", "evenemang", "evenemangsnamn"],
    "event_city": ["event_city", "evenemangsort"],
    "event_country": ["event_country", "evenemangsland"],
    "title_sv": ["title_sv", "title", "titel", "rubrik", "titel_sv", "rubrik_sv"],
    "title_en": ["title_en", "titel_en", "rubrik_en"],
    "body_sv": ["body_sv", "body", "text", "text_sv", "brödtext", "brödtext_sv"],
    "body_en": ["body_en", "text_en", "brödtext_en"],
    "entry_sv": ["entry_sv", "entry", "hitta_in", "hitta_in_sv", "insläpp", "insläpp_sv"],
    "entry_en": ["entry_en", "hitta_in_en", "insläpp_en"],
    "venue": ["venue", "lokal", "plats", "adress"],
    "starts_at": ["starts_at", "start", "börjar"],
    "ends_at": ["ends_at", "end", "slut", "slutar"],
    "answer_by": ["answer_by", "rsvp", "osa", "svara_senast", "sista_svarsdag"],
    "capacity": ["capacity", "seats", "platser", "antal_platser"],
    "guests_allowed": ["guests_allowed", "guests", "gäster", "medföljande", "gäster_per_person"],
    "radius_km": ["radius_km", "radius", "radie", "radie_km"],
    "departments": ["departments", "audience_departments", "institutioner", "målgrupp_institutioner"],
    "from_year": ["from_year", "examen_från", "från_år"],
    "until_year": ["until_year", "examen_till", "till_år"],
    "interests": ["interests", "intressen"],
}
IGNORED = ["rad/line", "post/entry", "importerad/imported", "orsak", "reason", "anteckning", "note"]
WHOLE_COUNTRY = frozenset(map(folded, ["country", "whole country", "land", "landet", "hela landet"]))
CENTRAL = frozenset(map(folded, ["central", "centralt", "centrala kansliet", "alumnkansliet"]))
# The roles people offer to take (`outreach.models.Interest`).
INTERESTS = {
    "mentor": ["mentor", "mentorskap"],
    "guest_lecturer": ["guest_lecturer", "guest lecturer", "gästföreläsare"],
    "ambassador": ["ambassador", "ambassadör"],
    "interview": ["interview", "intervju"],
    "internship_host": ["internship_host", "internship host", "praktikvärd", "praktikplats"],
}


def _meanings(words: Mapping[str, list[str]]) -> dict[str, str]:
    return {folded(word): ours for ours, many in words.items() for word in many}


HEADERS = _meanings(OF_THE_VISIT | OF_BOTH | OF_THE_EVENT)
IGNORED_HEADERS = frozenset(map(folded, IGNORED))
INTEREST_WORDS = _meanings(INTERESTS)


def column(header: str) -> str | None:
    """Our column for a header; None for one we do not know."""
    return HEADERS.get(folded(header))


def unknown(headers: Iterable[str]) -> list[str]:
    """The headers that mean nothing to us and are not left out on purpose."""
    return [header for header in headers if column(header) is None and folded(header) not in IGNORED_HEADERS]


def named(header: str) -> str:
    """An unknown header as a sentence shows it, with the column that was perhaps meant."""
    near = get_close_matches(folded(header), HEADERS, n=1)
    return f"{header[:60]!r}" + (f" (did you mean {HEADERS[near[0]]!r}?)" if near else "")
