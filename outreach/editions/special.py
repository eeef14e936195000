"""A special edition: a university-wide matter passed on at once, as chosen stories or as a text written for it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from outreach.duties import Language, Section
from outreach.editions.filling import Plan
from outreach.errors import PermanentFailure
from outreach.queries import editions, stories
from outreach.queries.audiences.newsletter import SPECIAL
from outreach.story import Channel, Kind, Story, Telling

WRITTEN = 0  # the id of the text written for the edition, which stands in no pool


@dataclass(frozen=True)
class Special:
    """What a special edition is made of: its name (the key it is found by), its title, and stories or a text."""

    name: str
    title_sv: str = ""
    title_en: str = ""
    text_sv: str = ""
    text_en: str = ""
    stories: tuple[str, ...] = ()

    @property
    def period(self) -> str:
        """Raises PermanentFailure for a name without a letter or a digit."""
        if not (slug := _slug(self.name)):
            raise PermanentFailure("A special edition needs a name of letters and digits, such as ny-rektor-2026.")
        return f"{SPECIAL}{slug}"

    def title(self, language: Language) -> str:
        """In the other language where it has none in this one; the name where it has none at all."""
        own, other = (self.title_sv, self.title_en) if language == "sv" else (self.title_en, self.title_sv)
        return own or other or self.name

    def parameters(self) -> dict[str, Any]:
        """What a campaign keeps, and the form's fields: `read` is the way back."""
        said = {**asdict(self), "stories": " ".join(self.stories)}
        return {f"special_{name}": value for name, value in said.items() if value}


def read(parameters: Mapping[str, Any]) -> Special | None:
    """The special edition that a campaign's or a form's parameters tell of; None when they tell of none."""
    said = {name.removeprefix("special_"): str(value).strip() for name, value in parameters.items() if value}
    if not said.get("name"):
        return None
    slugs = tuple(re.split(r"[\s,;]+", said.pop("stories", ""))) if said.get("stories") else ()
    known = {name: said[name] for name in ("name", "title_sv", "title_en", "text_sv", "text_en") if name in said}
    return Special(**known, stories=tuple(filter(None, slugs)))


def section(special: Special) -> Section:
    """The one section a special edition has; its first story is shown large."""
    return Section(
        name="lead",
        title_sv=special.title("sv"),
        title_en=special.title("en"),
        kinds=tuple(kind.value for kind in Kind),
        look="lead",
        at_least=1,
        at_most=20,
    )


def plan(session: Session, special: Special) -> Plan:
    """What stands in it: the text written for it, then those of the chosen stories that may be used, as named."""
    found = [story for slug in dict.fromkeys(special.stories) if (story := stories.by_slug(session, slug))]
    allowed = editions.allowed(session, [story.id for story in found])
    return Plan(shared={"lead": (*_written(special), *(story for story in found if story.id in allowed))})


def check(session: Session, special: Special, department: str | None = None) -> None:
    """Raises PermanentFailure when it has neither a text nor a story, or a story that is not there or not allowed.

    A `department`'s edition holds its own stories and the central office's; others' are as if they were not there.
    """
    if not (special.stories or special.text_sv or special.text_en):
        raise PermanentFailure(f"The special edition {special.name!r} has neither a text nor a story. Give it one.")
    for slug in special.stories:
        story = stories.by_slug(session, slug)
        if story is None or (department and story.department_code not in (None, department)):
            raise PermanentFailure(f"There is no story {slug!r}. Look in the list of stories for what it is called.")
        if story.id not in editions.allowed(session, [story.id]):
            raise PermanentFailure(
                f"The story {slug!r} may not be used in the newsletter: it is a draft, is withdrawn, is not meant for "
                "it, or lacks the consent of whoever it portrays."
            )


def _written(special: Special) -> tuple[Story, ...]:
    texts: tuple[tuple[Language, str], ...] = (("sv", special.text_sv), ("en", special.text_en))
    tellings = tuple(Telling(language, special.title(language), text) for language, text in texts if text)
    if not tellings:
        return ()
    return (
        Story(
            id=WRITTEN,
            slug=editions.WRITTEN_SLUG,
            kind=Kind.NEWS,
            department_code=None,
            tellings=tellings,
            link=None,
            picture=None,
            person_id=None,
            happens_at=None,
            place="",
            publish_from=None,
            publish_until=None,
            channels=frozenset({Channel.NEWSLETTER, Channel.WEB}),
        ),
    )


def _slug(name: str) -> str:
    """`Ny rektor 2026!` -> `ny-rektor-2026`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
