"""Telling a story: the form, and what somebody has told or is shown in, with the way to take it back.

A story waits as a draft until the office has read it, and stands only where its teller has said yes.
"""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.duties import Language
from outreach.models import Person, StoryStatus
from outreach.queries import people, storing_stories, told
from outreach.web import persons, pictures, story_form
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other

router = APIRouter()

MOST_WAITING = 3  # stories of one person that nobody has read yet


@router.get("/story/{token}")
def show(request: Request, token: str) -> Response:
    """The form; or, to who has told several that nobody has read yet, a word about that."""
    with session_scope(reading=True) as session:
        _, person = persons.behind(session, "story", token)
        return _form(request, session, token, person, story_form.empty(chosen(request, person.language)))


@router.post("/story/{token}")
def tell(request: Request, token: str, sent: story_form.Story) -> Response:
    """Keep the story as a draft. The same one sent twice is one."""
    with session_scope(reading=True) as session:  # a picture takes its time; nobody waits for a lock meanwhile
        _, person = persons.behind(session, "story", token)
        if _full(session, person) and not _is_told(session, person, sent):
            return _form(
                request, session, token, person, story_form.empty(chosen(request, person.language)), status=409
            )
        filled = story_form.read(sent, person)
        if filled.wrong:
            return _form(request, session, token, person, filled, status=422)
    with session_scope() as session:
        _, person = persons.behind(session, "story", token, to_change=True)
        language = chosen(request, person.language)
        if not _keep(session, person, filled, language):
            return _form(request, session, token, person, filled, status=409)
    here = f"&lang={language}" if "lang" in request.query_params else ""
    return see_other(at(f"/story/{token}/mine?done=told{here}"))


def _keep(session: Session, person: Person, filled: story_form.Told, language: Language) -> bool:
    """Put the story into the pool, unless it is there already. False when another window has filled the queue."""
    slug = _slug(session, person, filled)
    if told.named(session, slug):
        return True
    if _full(session, person):
        return False
    study = people.newest_study(session, person.id)
    department = study.department_code if study else None
    draft = story_form.draft(filled, person, slug, department, story_form.wordings(language))
    storing_stories.add(session, [draft], clock.now())
    people.note(session, person, "told_story", story=slug)
    return True


def _slug(session: Session, person: Person, filled: story_form.Told) -> str:
    return story_form.slug(filled, person, told.count(session, person.id, StoryStatus.WITHDRAWN))


def _is_told(session: Session, person: Person, sent: story_form.Sent) -> bool:
    """Whether it is the story they have just sent, sent once more."""
    words = story_form.read(story_form.Sent(sent.form, b""), person)
    return told.named(session, _slug(session, person, words)) is not None


def _full(session: Session, person: Person) -> bool:
    return told.count(session, person.id, StoryStatus.DRAFT) >= MOST_WAITING


def _form(
    request: Request, session: Session, token: str, person: Person, filled: story_form.Told, *, status: int = 200
) -> Response:
    language = chosen(request, person.language)
    return page(
        "story.html",
        language,
        status=status,
        filled=filled,
        kept=filled.kept(person),
        preview=pictures.address(filled.picture, 320) if filled.picture else "",
        full=_full(session, person),
        kinds=[kind.value for kind in story_form.KINDS],
        channels=story_form.wordings(language),
        language_names=persons.LANGUAGE_NAMES,
        mine=at(f"/story/{token}/mine"),
    )
