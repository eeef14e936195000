"""The form a story is told in: what was typed, what it means, and what is wrong with it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from outreach import clock, links
from outreach.duties import Language
from outreach.errors import PermanentFailure
from outreach.models import Person
from outreach.queries.storing_stories import Answer, Draft
from outreach.queries.told import PAGE
from outreach.stories import images, texts
from outreach.stories.problems import RefusedStory
from outreach.story import Channel, Kind, Picture, Telling
from outreach.web.forms import MOST_FIELDS, ticked, value
from outreach.web.language import known
from outreach.web.texts import speaker

MOST_BYTES = images.MAX_BYTES + 1024 * 1024  # of the whole form
KINDS = (Kind.PORTRAIT, Kind.CAREER_TIP, Kind.NEWS, Kind.CALL)
CHANNELS = tuple(Channel)
SHOWN_DAYS = 730  # what the page promises: two years
FIELDS = ("kind", "told_in", "title", "body", "link", "picture", "alt", "channels")


@dataclass(frozen=True)
class Sent:
    """A form with the bytes of its picture, b"" without one."""

    form: FormData
    picture: bytes


async def _read(request: Request, token: str) -> Sent:
    """Nobody without a good link has their picture taken in."""
    links.read("story", token)
    form = await request.form(max_files=1, max_fields=MOST_FIELDS)
    upload = form.get("picture")
    data = await upload.read() if isinstance(upload, UploadFile) else b""
    await form.close()
    return Sent(form, data)


Story = Annotated[Sent, Depends(_read)]


@dataclass(frozen=True)
class Told:
    """`typed`: field -> what stands in the form; `yes`: the channels ticked; `picture`: one that is kept already;
    `clean`: field -> what to store; `wrong`: field -> key of the text that says why."""

    typed: dict[str, str]
    yes: frozenset[Channel]
    picture: Picture | None
    clean: dict[str, str]
    wrong: dict[str, str]

    def kept(self, person: Person) -> str:
        """The picture for the form to bring back, signed, as no browser fills in a file a second time."""
        if self.picture is None:
            return ""
        return links.token(
            "picture", person.public_id, f"{self.picture.digest}-{self.picture.width}-{self.picture.height}"
        )


def empty(language: Language) -> Told:
    """The form before anybody has typed, in the language it is shown in. No channel is ticked."""
    typed = dict.fromkeys(FIELDS, "") | {"kind": Kind.PORTRAIT.value, "told_in": language}
    return Told(typed, frozenset(), None, {}, {})


def read(sent: Sent, person: Person) -> Told:
    """The form as it was sent, every field checked and the picture kept."""
    typed = {name: value(sent.form, name) for name in FIELDS}
    clean, wrong = _texts(typed)
    picture = None
    try:
        picture = _picture(sent, person)
    except images.BadPicture as bad:
        wrong["picture"] = f"wrong.{bad.code}"
    if picture and not clean.get("alt") and "alt" not in wrong:
        wrong["alt"] = "wrong.alt"
    yes = frozenset(channel for channel in CHANNELS if channel.value in ticked(sent.form, "channel"))
    if not yes:
        wrong["channels"] = "wrong.channels"
    return Told(typed, yes, picture, clean, {name: wrong[name] for name in FIELDS if name in wrong})


def _texts(typed: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    clean: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, check in (("title", texts.title), ("body", texts.body), ("alt", texts.title)):
        try:
            clean[name] = check(typed[name], name)[0]
        except RefusedStory as refused:
            wrong[name] = f"wrong.story_{refused.problem.code}"
    try:
        clean["link"] = _link(typed["link"].strip())
    except RefusedStory:
        wrong["link"] = "wrong.link"
    wrong |= {name: f"wrong.{name}" for name in ("title", "body") if clean.get(name) == ""}
    if typed["kind"] not in KINDS:
        wrong["kind"] = "wrong.kind"
    if known(typed["told_in"]) is None:
        wrong["told_in"] = "wrong.language"
    return clean, wrong


def _link(typed: str) -> str:
    """A page on the web, with or without https:// in front."""
    if not typed:
        return ""
    address = texts.link(typed if "://" in typed else f"https://{typed}")
    if not address.startswith(("http://", "https://")) or "." not in address:
        raise RefusedStory("bad_link", "link", typed)
    return address


def _picture(sent: Sent, person: Person) -> Picture | None:
    """The picture just sent, else the one an earlier try left with us. Raises BadPicture."""
    if sent.picture:
        kept = images.keep(sent.picture)
        return Picture(kept.digest, kept.width, kept.height, "", "")
    given = value(sent.form, "kept")
    if not given or value(sent.form, "without_picture"):
        return None
    try:
        link = links.read("picture", given)
    except PermanentFailure:
        return None
    digest, width, height = link.about.split("-")
    there = link.subject == person.public_id and images.hold(digest, int(width))
    return Picture(digest, int(width), int(height), "", "") if there else None


def slug(told: Told, person: Person, withdrawn: int) -> str:
    """Made of what the story says, so that a button pressed twice tells it once.

    `withdrawn`, how many the person has taken back, lets them tell one of those again.
    """
    words = (told.typed["told_in"], told.clean.get("title", ""), told.clean.get("body", ""))
    said = "\n".join([person.public_id, str(withdrawn), *words])
    return f"alumn-{sha256(said.encode()).hexdigest()[:16]}"


def draft(told: Told, person: Person, named: str, department: str | None, wordings: dict[Channel, str]) -> Draft:
    """The story for the pool, waiting for the office to read it. `named`: its slug; `wordings`: what each box said."""
    language = known(told.typed["told_in"]) or "sv"
    now: datetime = clock.now()
    return Draft(
        slug=named,
        kind=Kind(told.typed["kind"]),
        department_code=department,
        tellings=(Telling(language, told.clean["title"], told.clean["body"]),),
        channels=frozenset(CHANNELS),
        source=PAGE,
        link=told.clean["link"] or None,
        picture=_described(told.picture, language, told.clean["alt"]),
        person_id=person.id,
        portrays=True,
        publish_until=clock.today() + timedelta(days=SHOWN_DAYS),
        answers=tuple(Answer(channel, True, wordings[channel], now) for channel in CHANNELS if channel in told.yes),
    )


def _described(picture: Picture | None, language: Language, alt: str) -> Picture | None:
    if picture is None:
        return None
    return replace(picture, alt_sv=alt) if language == "sv" else replace(picture, alt_en=alt)


def wordings(language: Language) -> dict[Channel, str]:
    """What the box of each channel says, which is what is stored with the answer."""
    say = speaker(language)
    return {channel: say(f"story_channel.{channel.value}") for channel in CHANNELS}
