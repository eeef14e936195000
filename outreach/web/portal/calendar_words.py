"""From a forecast's figures to what the calendar says, in the reader's language. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_interval, format_skeleton
from babel.lists import format_list

from outreach import departments
from outreach.duties import Language
from outreach.forecasting import weeks
from outreach.queries.snapshots import WHOLE
from outreach.web.formats import LOCALES, Formats
from outreach.web.texts import Speak

MOST_NAMED = 2


@dataclass(frozen=True)
class Line:
    """A campaign in a week: its letters there, and on which days. `id` None: it is not opened yet."""

    title: str
    id: int | None
    whose: str
    status: str
    letters: int
    days: str


@dataclass(frozen=True)
class WeekSeen:
    """A week. `written`: the people somebody writes to, for a department those of its alumni others write to; `share`
    of the fullest week, 0 to 100. `near`, `over`: people at the limit, and those a letter has no place for."""

    number: int
    name: str
    dates: str
    lines: tuple[Line, ...]
    letters: int
    written: int
    share: float
    near: int
    over: int


@dataclass(frozen=True)
class CollisionSeen:
    """What happens, and what could be done about it. `kind`: wait, merge or let_go."""

    when: str
    title: str
    what: str
    kind: str
    proposal: str


@dataclass(frozen=True)
class Page:
    """Everything the calendar shows of a forecast. `limit`: the sentence about it; "" where there is none."""

    weeks: tuple[WeekSeen, ...]
    collisions: tuple[CollisionSeen, ...]
    paused: tuple[tuple[str, int | None, str, int], ...]
    letters: int
    later: int
    lost: int
    limit: str
    own: bool


def page(content: Mapping[str, Any], code: str, say: Speak, language: Language) -> Page:
    """What a snapshot of a forecast says. `code`: the department it is of, WHOLE for the university."""
    budget, campaigns = content["budget"], content["campaigns"]
    limit = say("calendar.limit", messages=budget["messages"], days=budget["days"]) if budget else ""
    return Page(
        weeks=tuple(_weeks(content, say, language)),
        collisions=tuple(_collision(one, say, language) for one in content["collisions"]),
        paused=tuple(
            (_title(one, language), one["id"], _whose(one, say, language), one["people"]) for one in content["paused"]
        ),
        letters=sum(one["messages"] for one in campaigns),
        later=sum(one["later"] for one in campaigns),
        lost=sum(one["lost"] for one in campaigns),
        limit=limit,
        own=code != WHOLE,
    )


def _weeks(content: Mapping[str, Any], say: Speak, language: Language) -> list[WeekSeen]:
    figures = content["weeks"]
    most = max((week.get("written", week.get("others", 0)) for week in figures), default=0) or 1
    seen = []
    for place, week in enumerate(figures):
        lines = _lines(content["campaigns"], place, say, language)
        written = week.get("written", week.get("others", 0))
        seen.append(
            WeekSeen(
                number=week["number"],
                name=say("calendar.week", week=week["number"]),
                dates=span(date.fromisoformat(week["monday"]), date.fromisoformat(week["sunday"]), language),
                lines=tuple(lines),
                letters=sum(line.letters for line in lines),
                written=written,
                share=100 * written / most,
                near=week["near"],
                over=week["over"],
            )
        )
    return seen


def _lines(campaigns: Sequence[Mapping[str, Any]], place: int, say: Speak, language: Language) -> list[Line]:
    """A week's campaigns, the first to begin first."""
    found = [(here["first"], one, here) for one in campaigns for here in one["weeks"] if here["week"] == place]
    return [
        Line(
            title=_title(one, language),
            id=one["id"],
            whose=_whose(one, say, language),
            status=one["status"],
            letters=here["messages"],
            days=span(date.fromisoformat(here["first"]), date.fromisoformat(here["last"]), language),
        )
        for _, one, here in sorted(found, key=lambda row: (row[0], row[1]["key"]))
    ]


def _collision(one: Mapping[str, Any], say: Speak, language: Language) -> CollisionSeen:
    """Campaigns that are not the reader's to see have no name."""
    formats, first = Formats(language), date.fromisoformat(one["day"])
    told = {"people": formats.number(one["people"]), "share": max(1, round(100 * one["share"]))}
    others = _others(one["higher"], say, language)
    refused = one["later"] or one["lost"]
    return CollisionSeen(
        when=f"{say('calendar.week', week=weeks.of(first).number)}, {_day(first, language)}",
        title=_title(one["lower"], language),
        what=say("calendar.collision", others=others, **told)
        if refused
        else say("calendar.overlap", others=others, **told),
        kind=one["proposal"],
        proposal=_proposal(one, say, language),
    )


def _proposal(one: Mapping[str, Any], say: Speak, language: Language) -> str:
    formats = Formats(language)
    if one["proposal"] == "merge":
        return say("calendar.merge")
    if one["proposal"] == "wait":
        to = date.fromisoformat(one["to_day"])
        return say("calendar.wait", week=weeks.of(to).number, day=_day(to, language))
    later, lost = formats.number(one["later"]), formats.number(one["lost"])
    if not one["lost"]:
        return say("calendar.let_go_later", later=later)
    return say("calendar.let_go", later=later, lost=lost) if one["later"] else say("calendar.let_go_lost", lost=lost)


def _others(higher: Sequence[Mapping[str, Any] | None], say: Speak, language: Language) -> str:
    """ "A, B och 2 till", those that take most places first; whoever may not be named last."""
    named = [_title(one, language) for one in higher if one is not None]
    shown, rest = named[:MOST_NAMED], len(higher) - len(named[:MOST_NAMED])
    if not shown:
        return say("calendar.other_senders")
    return format_list([*shown, say("calendar.more", n=rest)] if rest else shown, locale=LOCALES[language])


def span(first: date, last: date, language: Language) -> str:
    """ "30 nov. – 6 dec.", or "1 december" for a single day; with the years where it runs over a new year."""
    locale = LOCALES[language]
    if first == last:
        return _day(first, language)
    skeleton = "MMMd" if first.year == last.year else "yMMMd"
    return format_interval(first, last, skeleton, locale=locale)


def _day(day: date, language: Language) -> str:
    return format_skeleton("MMMMd", day, locale=LOCALES[language])


def _title(one: Mapping[str, Any], language: Language) -> str:
    return str(one["title_sv"] if language == "sv" else one["title_en"])


def _whose(one: Mapping[str, Any], say: Speak, language: Language) -> str:
    row = departments.departments().get(one["department"] or "")
    return row.name(language) if row else say("calendar.central")
