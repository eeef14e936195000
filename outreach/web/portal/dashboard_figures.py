"""The figures of the overview as words, tiles, tables and plots. Pure: from what was kept (`queries.goals.count`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from markupsafe import Markup

from outreach import duties
from outreach.duties import Language
from outreach.figures.words import percent
from outreach.settings import settings
from outreach.web.formats import LOCALES, Formats
from outreach.web.portal.plots import Column, Plot, drawn, scale
from outreach.web.texts import Speak

Kept = Mapping[str, Any]
BOUNCES_WATCH, BOUNCES_BAD = 0.02, 0.05
COMPLAINTS_WATCH, COMPLAINTS_BAD = 0.001, 0.003  # Google's guidelines for senders: stay below 0.1 %, never reach 0.3 %
ENOUGH = 100  # messages: a share of fewer says nothing of how well they arrive


@dataclass(frozen=True)
class Tile:
    """A goal: a large figure, what it is, what it is measured against, and how far it is (0 to 1, None for no goal)."""

    title: str
    figure: str
    about: str
    share: float | None = None
    goal: float | None = None

    @property
    def reached(self) -> bool:
        return self.share is not None and self.goal is not None and self.share >= self.goal


@dataclass(frozen=True)
class Trend:
    """A plot, and the table behind it."""

    name: str
    title: str
    svg: Markup
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Delivery:
    """How well messages arrive. `verdict`: good, watch, bad, few or silent."""

    verdict: str
    said: str
    facts: Sequence[tuple[str, str]]


def hide_below() -> int:
    """The smallest group of a survey that is shown as it is."""
    return max((duty.survey.hide_below for duty in duties.duties().values() if duty.survey), default=5)


def response_target() -> float:
    """The share the office wants to answer (1 where no duty asks)."""
    return next((duty.survey.target_response for duty in duties.duties().values() if duty.survey), 1.0)


def shown(answered: int, asked: int) -> bool:
    """Whether a response rate may be shown: neither those who answered nor those who did not are few."""
    least = hide_below()
    return asked >= least and all(part == 0 or part >= least for part in (answered, asked - answered))


def rate_words(answered: int, asked: int, say: Speak, language: Language) -> str:
    """ "43 %", or that too few were asked to show it."""
    return percent(answered / asked, language) if shown(answered, asked) else say("dashboard.too_few")


def tiles(kept: Kept, say: Speak, language: Language, year: int) -> list[Tile]:
    """The goals, each against its aim where it has one."""
    count = Formats(language).number
    return [
        *_class_tile(kept, say, language),
        *_response_tile(kept, say, language),
        Tile(say("dashboard.members"), count(kept["members"]),
             say("dashboard.members_new", n=kept["new_members"], year=year)),
        Tile(say("dashboard.guests", year=year), count(kept["guests"]),
             say("dashboard.events", n=kept["events"]) + " " + say("dashboard.coming", n=kept["coming"])),
    ]  # fmt: skip


def _class_tile(kept: Kept, say: Speak, language: Language) -> list[Tile]:
    if not kept["classes"]:
        return []
    term, graduates, joined = kept["classes"][-1]
    share, goal = joined / graduates if graduates else 0.0, settings().goal_share_joined
    of, whole = Formats(language).number(joined), Formats(language).number(graduates)
    about = say("dashboard.class_about", joined=of, graduates=whole, goal=percent(goal, language))
    return [Tile(say("dashboard.class_title", term=term), percent(share, language), about, share, goal)]


def _response_tile(kept: Kept, say: Speak, language: Language) -> list[Tile]:
    if not kept["surveys"]:
        return []
    last, goal = kept["surveys"][-1], response_target()
    title = say("dashboard.response_title", cohort=last["cohort"], months=last["months_after"])
    aim = percent(goal, language)
    if not shown(last["answered"], last["asked"]):
        return [Tile(title, "–", say("dashboard.too_few_yet", goal=aim))]
    share = last["answered"] / last["asked"]
    return [Tile(title, percent(share, language), say("dashboard.response_about", goal=aim), share, goal)]


def delivery(kept: Kept, say: Speak, language: Language) -> Delivery:
    """The last ninety days in a sentence, and the figures it rests on."""
    found, number = kept["delivery"], Formats(language).number
    sent = found["sent"]
    verdict = _verdict(found)
    facts = [(say("dashboard.sent"), number(sent))]
    for name in ("arrived", "bounced", "complained") if sent and verdict != "silent" else ():
        share = _fine(found[name] / sent, language)
        facts.append((say(f"dashboard.delivery_{name}"), f"{number(found[name])} ({share})"))
    if found["unknown"]:
        facts.append((say("dashboard.delivery_unknown"), number(found["unknown"])))
    for reason, people in sorted(kept.get("suppressed", {}).items()):
        facts.append((say(f"dashboard.suppressed_{reason}"), number(people)))
    return Delivery(verdict, say(f"dashboard.verdict_{verdict}"), facts)


def _verdict(found: Mapping[str, int]) -> str:
    sent = found["sent"]
    if sent < ENOUGH:
        return "few"
    if not found["arrived"] + found["bounced"] + found["complained"]:
        return "silent"
    bounced, complained = found["bounced"] / sent, found["complained"] / sent
    if bounced >= BOUNCES_BAD or complained >= COMPLAINTS_BAD:
        return "bad"
    return "watch" if bounced >= BOUNCES_WATCH or complained >= COMPLAINTS_WATCH else "good"


def _fine(share: float, language: Language) -> str:
    """0.00123 as "0,12 %": two decimals, for a complaint in a thousand is many."""
    words = f"{share * 100:.2f}"
    return words.replace(".", ",") + "\u00a0%" if language == "sv" else words + "%"


def trends(kept: Kept, say: Speak, language: Language) -> list[Trend]:
    """The plots that have something to show."""
    made = (drawn_of(kept, say, language) for drawn_of in (_classes, _joined, _messages, _rates))
    return [trend for trend in made if trend is not None]


def _classes(kept: Kept, say: Speak, language: Language) -> Trend | None:
    """The share of each graduating class that has joined, against the aim."""
    goal, number = settings().goal_share_joined, Formats(language).number
    classes = [(term, graduates, joined) for term, graduates, joined in kept["classes"] if graduates]
    told = say("dashboard.trend_classes_told", goal=percent(goal, language), n=len(classes))
    plot = Plot(
        "classes", say("dashboard.trend_classes"), told,
        [Column(term[2:], joined / graduates) for term, graduates, joined in classes], top=1.0,
        target=goal, target_word=say("dashboard.goal", goal=percent(goal, language)),
    )  # fmt: skip
    head = [say("dashboard.term"), say("dashboard.graduates"), say("dashboard.joined"), say("dashboard.share")]
    table = [
        [term, number(graduates), number(joined), percent(joined / graduates, language)]
        for term, graduates, joined in reversed(classes)
    ]
    return _trend(plot, head, table, language) if classes else None


def _joined(kept: Kept, say: Speak, language: Language) -> Trend | None:
    rows = kept["joined"]
    number = Formats(language).number
    total = sum(people for _, people in rows)
    plot = Plot(
        "joined", say("dashboard.trend_joined"), say("dashboard.trend_joined_told", n=total),
        [Column(month_word(month, language), people) for month, people in rows], top=3,
    )  # fmt: skip
    table = [[month_name(month, language), number(people)] for month, people in reversed(rows)]
    return _trend(plot, [say("dashboard.month"), say("dashboard.new_members")], table, language)


def _messages(kept: Kept, say: Speak, language: Language) -> Trend | None:
    rows = kept["messages"]
    number = Formats(language).number
    sent, bounced = sum(row[1] for row in rows), sum(row[2] for row in rows)
    told = say("dashboard.trend_messages_told", sent=number(sent), bounced=number(bounced))
    columns = [Column(month_word(month, language), people, back) for month, people, back, _ in rows]
    plot = Plot("messages", say("dashboard.trend_messages"), told, columns, top=3)
    table = [[month_name(row[0], language), *map(number, row[1:])] for row in reversed(rows)]
    words = (say("dashboard.month_sent"), say("dashboard.month_bounced"), say("dashboard.month_complained"))
    head = [say("dashboard.month"), *words]
    return _trend(plot, head, table, language) if sent else None


def _rates(kept: Kept, say: Speak, language: Language) -> Trend | None:
    """Surveys whose rate may not be shown stand in the table alone: no column would say that nobody answered."""
    told_of = [one for one in kept["surveys"] if shown(one["answered"], one["asked"])]
    goal = response_target()
    columns = [Column(one["cohort"][2:], one["answered"] / one["asked"]) for one in told_of]
    table = [
        [say("dashboard.survey", cohort=one["cohort"], months=one["months_after"]),
         rate_words(one["answered"], one["asked"], say, language)]
        for one in reversed(kept["surveys"])
    ]  # fmt: skip
    told = say("dashboard.trend_rates_told", goal=percent(goal, language), n=len(told_of))
    word = say("dashboard.goal", goal=percent(goal, language))
    plot = Plot("rates", say("dashboard.trend_rates"), told, columns, top=0.6, target=goal, target_word=word)
    head = [say("dashboard.survey_head"), say("dashboard.rate_head")]
    return _trend(plot, head, table, language) if told_of else None


def _trend(plot: Plot, head: Sequence[str], rows: Sequence[Sequence[str]], language: Language) -> Trend:
    count = Formats(language).number
    lines = scale(plot)
    words = [percent(line, language) if plot.target is not None else count(int(line)) for line in lines]
    return Trend(plot.name, plot.title, drawn(plot, words), head, rows)


def month_word(name: str, language: Language) -> str:
    """ "2026-11" -> "nov"."""
    return format_date(_first(name), format="MMM", locale=LOCALES[language]).strip(".")


def month_name(name: str, language: Language) -> str:
    """ "2026-11" -> "november 2026"."""
    return format_date(_first(name), format="LLLL y", locale=LOCALES[language])


def _first(name: str) -> date:
    return date.fromisoformat(f"{name}-01")
