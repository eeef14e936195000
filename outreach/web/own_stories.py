"""The stories somebody told or is shown in: where they may stand, and taking them back."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.duties import Language
from outreach.models import Person, StoryRow, StoryStatus
from outreach.queries import people, stories, told
from outreach.rendering import html_of
from outreach.stories import images
from outreach.story import Channel, Story, Telling
from outreach.web import persons, pictures, story_form, texts
from outreach.web.forms import Form, ticked, value
from outreach.web.language import chosen
from outreach.web.pages import at, page, see_other

router = APIRouter()

SOURCE = "story page"
DONE = ("told", "saved", "withdrawn")


@dataclass(frozen=True)
class Shown:
    """One story as its page shows it. `parts`: title, text, language; `yes`: channel -> whether it may stand there."""

    slug: str
    status: str
    told_at: datetime
    own: bool
    parts: tuple[tuple[str, Markup, str], ...]
    picture: str
    alt: str
    yes: dict[Channel, bool]


@router.get("/story/{token}/mine")
def show(request: Request, token: str) -> Response:
    """Every story of theirs, the newest first."""
    with session_scope(reading=True) as session:
        _, person = persons.behind(session, "story", token)
        language = chosen(request, person.language)
        done = request.query_params.get("done", "")
        return page(
            "own_stories.html",
            language,
            person=person,
            stories=_shown(session, person, language),
            channels=story_form.wordings(language),
            done=done if done in DONE else "",
            tell=at(f"/story/{token}"),
        )


@router.post("/story/{token}/mine")
def change(request: Request, token: str, form: Form) -> Response:
    """Save what one story may be used for, or take it back."""
    matter = value(form, "matter")
    if matter not in ("save", "withdraw"):
        raise HTTPException(422)
    with session_scope() as session:
        _, person = persons.behind(session, "story", token, to_change=True)
        language = chosen(request, person.language)
        story = _theirs(session, person, value(form, "story"))
        unused = None
        if story.status != StoryStatus.WITHDRAWN:
            if matter == "save":
                _save(session, story, form, language, clock.now())
            else:
                unused = _withdraw(session, person, story, language, clock.now())
    if unused:
        images.remove([unused])
    here = f"&lang={language}" if "lang" in request.query_params else ""
    return see_other(at(f"/story/{token}/mine?done={'saved' if matter == 'save' else 'withdrawn'}{here}"))


def _theirs(session: Session, person: Person, slug: str) -> StoryRow:
    found = [story for story in stories.of_person(session, person.id) if story.slug == slug]
    if not found:
        raise HTTPException(422)
    return found[0]


def _save(session: Session, story: StoryRow, form: FormData, language: Language, now: datetime) -> None:
    """Record the answers that differ. Not ticking a box that nobody was asked about is not an answer."""
    said, yes = stories.answers(session, story.id), ticked(form, "channel")
    for channel, wording in story_form.wordings(language).items():
        given = channel.value in yes
        if channel.value in story.channels.split() and said.get(channel, False) != given:
            stories.record_consent(session, story.id, channel, given=given, source=SOURCE, wording=wording, now=now)


def _withdraw(session: Session, person: Person, story: StoryRow, language: Language, now: datetime) -> str | None:
    people.note(session, person, "withdrew_story", story=story.slug)
    wording = texts.speaker(language)("own_stories.withdraw_button")
    return told.take_back(session, story, source=SOURCE, wording=wording, now=now)


def _shown(session: Session, person: Person, language: Language) -> list[Shown]:
    rows = stories.of_person(session, person.id)
    whole = stories.by_ids(session, [row.id for row in rows])
    return [
        _one(row, story, stories.answers(session, row.id), language) for row, story in zip(rows, whole, strict=True)
    ]


def _one(row: StoryRow, story: Story, said: dict[Channel, bool], language: Language) -> Shown:
    return Shown(
        slug=row.slug,
        status=row.status.value,
        told_at=row.created_at,
        own=row.source == told.PAGE,
        parts=tuple(map(_part, story.tellings)),
        picture=pictures.address(story.picture) if story.picture else "",
        alt=story.picture.alt(language) if story.picture else "",
        yes={channel: said.get(channel, False) for channel in story_form.CHANNELS if channel in story.channels},
    )


def _part(telling: Telling) -> tuple[str, Markup, str]:
    """The renderer shows HTML as text and follows no address but http, https and mailto."""
    return telling.title, Markup(html_of(telling.body)), telling.language  # noqa: S704 - the renderer's own HTML
