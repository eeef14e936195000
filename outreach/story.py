"""A story of the pool as its users see it: newsletter, web and LinkedIn take the same one, each in their own way."""

import enum
from dataclasses import dataclass
from datetime import date, datetime

from outreach.duties import Language


class Kind(enum.StrEnum):
    NEWS = "news"
    PORTRAIT = "portrait"
    EVENT = "event"
    MENTORS = "mentors"  # a call for mentors, guest lecturers, ambassadors
    CAREER_TIP = "career_tip"
    CALL = "call"  # anything else that asks alumni to do something
    RESEARCH = "research"


class Channel(enum.StrEnum):
    """Where a story may appear, and what whoever is portrayed says yes or no to."""

    NEWSLETTER = "newsletter"
    WEB = "web"
    LINKEDIN_PAGE = "linkedin_page"
    LINKEDIN_GROUP = "linkedin_group"


PICTURE_WIDTHS = (320, 640, 1200)  # pixels: a phone, a mail, a wide screen


def picture_widths(largest: int) -> tuple[int, ...]:
    """The widths a picture is kept in, smallest first; `largest` is its own, and it is never scaled up."""
    return (*(width for width in PICTURE_WIDTHS if width < largest), largest)


@dataclass(frozen=True)
class Picture:
    """A picture of ours, by its digest. `width`, `height`: pixels of the largest size."""

    digest: str
    width: int
    height: int
    alt_sv: str
    alt_en: str

    @property
    def widths(self) -> tuple[int, ...]:
        """Pixels, smallest first: there is a file of each, `<digest>-<width>.jpg`."""
        return picture_widths(self.width)

    def alt(self, language: Language) -> str:
        return (self.alt_sv or self.alt_en) if language == "sv" else (self.alt_en or self.alt_sv)


@dataclass(frozen=True)
class Telling:
    """A story in one language. `language` is the text's own, which may not be the reader's."""

    language: Language
    title: str
    body: str  # Markdown


@dataclass(frozen=True)
class Story:
    """A story that may be used. `department_code` None is the central office's."""

    id: int
    slug: str
    kind: Kind
    department_code: str | None
    tellings: tuple[Telling, ...]  # one or two, Swedish first
    link: str | None
    picture: Picture | None
    person_id: int | None
    happens_at: datetime | None
    place: str
    publish_from: date | None
    publish_until: date | None
    channels: frozenset[Channel]

    def told_in(self, language: Language) -> Telling:
        """The story for a reader of `language`: in it where it is told so, else in the language it has.

        Better in the other language, and marked so, than not at all: half of what departments write exists in one only.
        """
        own = [telling for telling in self.tellings if telling.language == language]
        return (own or list(self.tellings))[0]
