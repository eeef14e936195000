"""`outreach stories`: the pool for those who look after it: what has been told, why it may not be used, its release."""

from datetime import date
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from outreach import clock, database
from outreach.errors import PermanentFailure
from outreach.models import StoryRow, StoryStatus
from outreach.queries import audit, stories, told
from outreach.story import Channel
from outreach.tags import CONTROL

app = typer.Typer(help="Stories: list, show, ready, withdraw.", no_args_is_help=True)
Slug = Annotated[str, typer.Argument(help="The story's slug, as `outreach stories list` shows it.")]


@app.command(name="list")
def list_(
    status: Annotated[StoryStatus | None, typer.Option(help="Only those with this status.")] = None,
    department: Annotated[str | None, typer.Option(help="Only this department's (its code, or central).")] = None,
) -> None:
    """Every story, the newest first: status, slug, kind, whose it is, title, and where it may be used today."""
    with database.session_scope(reading=True) as session:
        found = stories.listed(session, statuses=[status] if status else tuple(StoryStatus))
        rows = [row for row in found if department in (None, row.department_code or "central")]
        for row in rows:
            hindered = hindrances(row, stories.answers(session, row.id) if row.portrays else {}, clock.today())
            print(f"{row.status:<10}{row.slug:<42} {row.kind:<11}{row.department_code or 'central':<20} {_title(row)}")
            print(f"{'':<10}{_where(hindered)}")
    if not rows:
        print("There are no such stories.")


@app.command()
def show(slug: Slug) -> None:
    """One story: its text, whether it shows somebody, its window, and for each channel why it may not be used."""
    with database.session_scope(reading=True) as session:
        row = _known(session, slug)
        said = stories.answers(session, row.id)
        for name, value in _facts(row).items():
            print(f"{name}: {value}")
        for channel, why in hindrances(row, said, clock.today()).items():
            print(f"{channel.value}: {'no, ' + why if why else 'may be used'}")
        for language, title, body in (("sv", row.title_sv, row.body_sv), ("en", row.title_en, row.body_en)):
            if title:
                print(f"\n[{language}] {_line(title)}\n\n{_lines(body)}")


@app.command()
def ready(slug: Slug) -> None:
    """Say that a draft has been read and may be used where whoever it shows has said yes."""
    with database.session_scope() as session:
        row = _known(session, slug)
        stories.make_ready(session, row.id, clock.now())
        audit.note(session, actor="cli", action="made_story_ready", subject=f"story:{row.id}")
        session.refresh(row)
        hindered = hindrances(row, stories.answers(session, row.id), clock.today())
        print(f"{slug} is {row.status}; {_where(hindered)}.")


@app.command()
def withdraw(slug: Slug) -> None:
    """Take a story back for good, out of everything that is not sent or exported yet."""
    with database.session_scope() as session:
        row = _known(session, slug)
        if row.status == StoryStatus.WITHDRAWN:
            raise PermanentFailure(f"The story {slug!r} is withdrawn already.")
        stories.withdraw(session, row.id, clock.now())
        audit.note(session, actor="cli", action="withdrew_story", subject=f"story:{row.id}")
    print(f"{slug} is withdrawn. A newsletter under way that held it is written anew and asks for a new signature.")


def hindrances(row: StoryRow, said: dict[Channel, bool], today: date) -> dict[Channel, str]:
    """For each channel why the story may not be used in it on a day, "" where it may: what `may_be_used` and the
    publish window say, in words. `said`: what whoever it shows answered last."""
    return {channel: _everywhere(row, today) or _there(row, said, channel) for channel in Channel}


def _where(hindered: dict[Channel, str]) -> str:
    """One line: the channels it may be used in today, or why in none."""
    usable = [channel.value for channel, why in hindered.items() if not why]
    if usable:
        return f"may be used in {', '.join(usable)}"
    return f"may not be used: {'; '.join(dict.fromkeys(hindered.values()))}"


def _everywhere(row: StoryRow, today: date) -> str:
    if row.status == StoryStatus.DRAFT:
        return f"it is a draft; when it has been read: outreach stories ready {row.slug}"
    if row.status == StoryStatus.WITHDRAWN:
        return "it was withdrawn"
    if not (row.title_sv or row.title_en):
        return "it has no title"
    if row.publish_from and today < row.publish_from:
        return f"it is published from {row.publish_from}"
    if row.publish_until and today > row.publish_until:
        return f"its last day was {row.publish_until}"
    return ""


def _there(row: StoryRow, said: dict[Channel, bool], channel: Channel) -> str:
    if channel.value not in row.channels.split():
        return "it is not meant for this channel"
    if not row.portrays or said.get(channel):
        return ""
    if row.person_id is None:
        return "whoever it shows has been erased"
    return "whoever it shows said no" if channel in said else "whoever it shows has not said yes"


def _facts(row: StoryRow) -> dict[str, object]:
    """What there is to know but the text; ids, no names."""
    return {
        "slug": row.slug,
        "status": row.status.value,
        "kind": row.kind,
        "department": row.department_code or "central",
        "told": f"{row.created_at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d} ({row.source})",
        "published": f"{row.publish_from or 'from now'} to {row.publish_until or 'any day'}",
        **({"happens": f"{row.happens_at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d %H:%M}"} if row.happens_at else {}),
        **({"place": _line(row.place)} if row.place else {}),
        **({"link": _line(row.link)} if row.link else {}),
        "shows": "a person of the register" if row.person_id else "somebody erased" if row.portrays else "nobody",
        "picture": _line(row.image_alt_sv or row.image_alt_en) if row.image_id else "none",
    }


def _known(session: Session, slug: str) -> StoryRow:
    found = told.named(session, slug)
    if found is None:
        raise PermanentFailure(f"There is no story {slug!r}. See: outreach stories list")
    return found


def _title(row: StoryRow) -> str:
    return _line(row.title_sv or row.title_en)[:60]


def _line(text: str) -> str:
    return CONTROL.sub(" ", text).strip()


def _lines(text: str) -> str:
    """What people wrote, without anything that steers a terminal."""
    return "\n".join(_line(line) for line in text.split("\n"))
