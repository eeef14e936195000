"""One person: what is known of them, as far as whoever looks may see it. Every look is in the audit trail."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import places
from outreach.database import session_scope
from outreach.departments import departments
from outreach.duties import Language, duties, purposes
from outreach.figures.words import reason_words
from outreach.models import Person
from outreach.queries import audit, person_page
from outreach.web import persons, texts
from outreach.web.language import spoken
from outreach.web.pages import at
from outreach.web.portal import door
from outreach.web.portal.door import Me, Signed
from outreach.web.portal.frame import language_of, show

router: APIRouter = door.router()

SAVED = ("corrected", "unchanged", "suppressed", "suppressed_already")


@router.get("/people/{public_id}")
def look(request: Request, public_id: str, me: Me) -> Response:
    """What is known of somebody."""
    done = request.query_params.get("done", "")
    with session_scope() as session:
        person = theirs(session, me, public_id)
        found = person_page.read(session, me.viewer, person)
        noted(session, me, "looked_at", person)
        return show(
            request,
            me,
            "portal/person.html",
            "people",
            page=found,
            person=person,
            done=done if done in SAVED else "",
            words=Words(language_of(request, me)),
            roles=persons.ROLES,
            language_names=persons.LANGUAGE_NAMES,
        )


def theirs(session: Session, me: Signed, public_id: str, *, to_change: bool = False) -> Person:
    """The person, where the viewer may see them. Raises 404 otherwise, as for somebody who does not exist."""
    found = person_page.visible(session, me.viewer, public_id, to_change=to_change)
    if found is None:
        raise HTTPException(404)
    return found


def noted(session: Session, me: Signed, action: str, person: Person, **detail: object) -> None:
    """A line in the audit trail about what was done with a person."""
    audit.note(session, actor=me.viewer.actor, action=action, subject=person.public_id, detail=dict(detail))


def address_of(request: Request, public_id: str, done: str = "") -> str:
    """The person's page, with what was done at its top."""
    language = spoken(request)
    said = f"{'&' if language else '?'}done={done}" if done else ""
    return at(f"/portal/people/{public_id}{language}{said}")


class Words:
    """The words of the configuration and the ledger, for a page about a person."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.say = say = texts.speaker(language)
        self.central, self.everything = say("people.central"), say("people.scope_all")

    def department(self, code: str | None) -> str:
        """A department's name; the central office's where there is no code."""
        known = departments().get(code or "")
        return self.central if code is None else (known.name(self.language) if known else code)

    def duty(self, name: str) -> str:
        known = duties().get(name)
        return known.title(self.language) if known else name

    def purpose(self, name: str) -> str:
        known = purposes().get(name)
        return known.title(self.language) if known else name

    def scope(self, scope: str) -> str:
        """What an address is suppressed for."""
        return self.everything if scope == "all" else self.purpose(scope)

    def detail(self, key: str, value: object) -> str:
        """What a line of the audit trail says more."""
        if isinstance(value, list):
            return ", ".join(self.detail(key, one) for one in value)
        said = str(value)
        match key:
            case "scope":
                return self.scope(said)
            case "purposes":
                return self.purpose(said)
            case "reason":
                return self.among("because", said)
            case "department":
                return self.department(said or None)
            case "duty":
                return self.duty(said)
            case "fields" if texts.has(f"field.{said}"):
                return self.say(f"field.{said}")
            case _:
                return self.among(f"said_{key}", said)

    def subject(self, subject: str) -> str:
        """What a line of the audit trail is about: "event:3" as "Event 3"; a campaign's key as it is."""
        kind, _, number = subject.partition(":")
        return f"{self.among('subject', kind)} {number}".strip()

    def country(self, code: str | None) -> str:
        return places.countries(self.language).get(code or "", code or "")

    def among(self, kind: str, name: str) -> str:
        """The text `person_word.<kind>_<name>`; the name itself where nobody has written one."""
        key = f"person_word.{kind}_{name}"
        return self.say(key) if texts.has(key) else name

    def reason(self, name: str | None) -> str:
        """Why somebody was left out or did not get a message."""
        return reason_words(name, self.language) if name else ""

    def either(self, swedish: str, english: str) -> str:
        """What stands in both languages, in the reader's own where there is anything."""
        first, second = (swedish, english) if self.language == "sv" else (english, swedish)
        return first or second
