"""From the cells of one story to a draft for the pool, or the sentence that says why not. Pure: pictures come later."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TypeVar

from outreach import clock
from outreach.models import StoryStatus
from outreach.queries.storing_stories import Answer, Draft
from outreach.sheets.reading import folded
from outreach.stories import columns, texts
from outreach.stories.problems import Problem, RefusedStory
from outreach.story import Channel, Kind, Telling

Value = TypeVar("Value")

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LONGEST = 80
PLACE_LONGEST = 200


@dataclass(frozen=True)
class Known:
    """What a story is checked against. `departments`: case-folded code or name -> code; `uids`: student_uid -> person
    id; `addresses`: normalised address -> the ids of those who have it; `today`: the office's day."""

    departments: Mapping[str, str]
    uids: Mapping[str, int]
    addresses: Mapping[str, list[int]]
    today: date


@dataclass(frozen=True)
class Checked:
    """`draft` has no picture yet: `image` is its file's name, or "", and `alt` its description in Swedish and English.
    `notes`: what was changed to make it safe."""

    draft: Draft
    image: str
    alt: tuple[str, str]
    notes: tuple[Problem, ...]


def check(cells: Mapping[str, str], known: Known) -> Checked:
    """One story. Raises RefusedStory with the first thing that is wrong."""
    said, _ = columns.in_language(dict(cells))
    kind = _word(said, "kind", columns.KIND_WORDS)
    if kind is None:
        raise RefusedStory("no_kind")
    department = _department(said, known)
    tellings, notes = _tellings(said)
    place, more = texts.title(said.get("place", ""), "place")
    happens_at = _happens_at(said, kind, known)
    publish_from, publish_until = _window(said, happens_at, known)
    person = _person(said, kind, known)
    answers, unproven = _answers(said, known) if person else ((), [])
    alt, hidden = _alt(said)
    draft = Draft(
        slug=_slug(said, department, tellings),
        kind=kind,
        department_code=department,
        tellings=tellings,
        channels=_channels(said),
        source="import",
        status=_word(said, "status", columns.STATUS_WORDS) or StoryStatus.READY,
        link=texts.link(said["link"]) if "link" in said else None,
        person_id=person,
        portrays=person is not None,
        happens_at=happens_at,
        place=place[:PLACE_LONGEST],
        publish_from=publish_from,
        publish_until=publish_until,
        answers=answers,
    )
    return Checked(draft, said.get("image", "").strip(), alt, (*notes, *more, *unproven, *hidden))


def _word(said: Mapping[str, str], column: str, meanings: Mapping[str, Value]) -> Value | None:
    """Our value for a word; None for an empty cell."""
    if column not in said:
        return None
    try:
        return meanings[folded(said[column])]
    except KeyError:
        raise RefusedStory("bad_word", column, said[column]) from None


def _department(said: Mapping[str, str], known: Known) -> str | None:
    """None for the central office's own."""
    name = said.get("department", "").strip()
    if not name or name.casefold() in ("central", "centralt"):
        return None
    if name.casefold() not in known.departments:
        raise RefusedStory("bad_department", "department", name)
    return known.departments[name.casefold()]


def _tellings(said: Mapping[str, str]) -> tuple[tuple[Telling, ...], list[Problem]]:
    found: list[Telling] = []
    notes: list[Problem] = []
    for language in ("sv", "en"):
        title, about_title = texts.title(said.get(f"title_{language}", ""), f"title_{language}")
        body, about_body = texts.body(said.get(f"body_{language}", ""), f"body_{language}")
        if title and not body:
            raise RefusedStory("no_body", f"body_{language}", title)
        if body and not title and any(said.get(f"title_{other}") for other in ("sv", "en")):
            raise RefusedStory("no_title_for_body", f"title_{language}")
        if title:
            found.append(Telling("sv" if language == "sv" else "en", title, body))
        notes += about_title + about_body
    if not found:
        raise RefusedStory("no_title")
    return tuple(found), notes


def _moment(said: Mapping[str, str], column: str) -> datetime | None:
    """Office time; a day alone is its beginning."""
    if column not in said:
        return None
    try:
        moment = datetime.fromisoformat(said[column].strip())
    except ValueError:
        raise RefusedStory("bad_date", column, said[column]) from None
    if not 2000 <= moment.year <= 2100:
        raise RefusedStory("bad_date", column, said[column])
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.OFFICE_ZONE)


def _day(said: Mapping[str, str], column: str) -> date | None:
    moment = _moment(said, column)
    return None if moment is None else moment.astimezone(clock.OFFICE_ZONE).date()


def _happens_at(said: Mapping[str, str], kind: Kind, known: Known) -> datetime | None:
    at = _moment(said, "happens_at")
    if kind is Kind.EVENT and at is None:
        raise RefusedStory("no_time")
    if at is not None and at.astimezone(clock.OFFICE_ZONE).date() < known.today:
        raise RefusedStory("past", "happens_at", said["happens_at"])
    return at


def _window(said: Mapping[str, str], happens_at: datetime | None, known: Known) -> tuple[date | None, date | None]:
    """First and last day. What happens at a time is not announced after it."""
    first, last = _day(said, "publish_from"), _day(said, "publish_until")
    if last is None and happens_at is not None:
        last = happens_at.astimezone(clock.OFFICE_ZONE).date()
    if last is not None and last < known.today:
        raise RefusedStory("past", "publish_until", last.isoformat())
    if first and last and last < first:
        raise RefusedStory("window_turned", "publish_until", last.isoformat())
    return first, last


def _person(said: Mapping[str, str], kind: Kind, known: Known) -> int | None:
    """Whom the story tells of: by student_uid, else by address. What is wrong is named without either."""
    uid, address = said.get("student_uid", "").strip(), said.get("email", "").strip().lower()
    if uid:
        if uid not in known.uids:
            raise RefusedStory("unknown_person", "student_uid")
        return known.uids[uid]
    if address:
        people = known.addresses.get(address, [])
        if not people:
            raise RefusedStory("unknown_person", "email")
        if len(people) > 1:
            raise RefusedStory("shared_address", "email")
        return people[0]
    if kind is Kind.PORTRAIT:
        raise RefusedStory("no_person")
    return None


def _channels(said: Mapping[str, str]) -> frozenset[Channel]:
    """Every channel where none is named."""
    words = re.split(r"[\s,;|]+", said.get("channels", "").strip())
    if words == [""] or [folded(word) for word in words] in (["alla"], ["all"]):
        return frozenset(Channel)
    found: set[Channel] = set()
    for word in filter(None, words):
        if folded(word) not in columns.CHANNEL_WORDS:
            raise RefusedStory("bad_word", "channels", word)
        found.add(columns.CHANNEL_WORDS[folded(word)])
    return frozenset(found)


def _answers(said: Mapping[str, str], known: Known) -> tuple[tuple[Answer, ...], list[Problem]]:
    """What the person said to each channel. A yes counts only if the file says where and on which day it was given."""
    day, source = _day(said, "consent_date"), " ".join(said.get("consent_source", "").split())
    proven = bool(source) and day is not None and day <= known.today
    found, unproven = [], []
    for channel in Channel:
        given = _word(said, f"consent_{channel.value}", columns.ANSWER_WORDS)
        if given and not proven:
            unproven = [Problem("consent_without_proof", "consent_source")]
        elif given is not None:
            wording = f"Recorded by the office: {source}" if source else "Recorded by the office."
            found.append(Answer(channel, given, wording[:500], clock.start_of(day) if day and proven else None))
    return tuple(found), unproven


def _alt(said: Mapping[str, str]) -> tuple[tuple[str, str], list[Problem]]:
    swedish, some = texts.title(said.get("image_alt_sv", ""), "image_alt_sv")
    english, more = texts.title(said.get("image_alt_en", ""), "image_alt_en")
    if "image" in said and not (swedish or english):
        raise RefusedStory("no_alt")
    return (swedish, english), some + more


def _slug(said: Mapping[str, str], department: str | None, tellings: tuple[Telling, ...]) -> str:
    """What the source calls it; else made of the department and the title, so that two departments never share one."""
    given = said.get("slug", "").strip()
    if given:
        if not SLUG.fullmatch(given) or len(given) > SLUG_LONGEST:
            raise RefusedStory("bad_slug", "slug", given)
        return given
    title = tellings[0].title
    words = _ascii(title) or sha256(title.encode()).hexdigest()[:12]
    return f"{_ascii(department or 'central')}-{words}"[:SLUG_LONGEST].strip("-")


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain))
