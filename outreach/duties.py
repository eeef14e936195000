"""The duties and purposes of `config/duties.toml` and `config/purposes.toml`, checked and typed."""

import re
import tomllib
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from outreach.errors import PermanentFailure
from outreach.settings import settings

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")


T = TypeVar("T", bound="Named")
NO_DUTIES = ("terms", "contact", "departments")  # tables of duties.toml that hold for all of them


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(Strict):
    """Something a file of the configuration names."""

    name: str


class Purpose(Named):
    """Something a person can say yes or no to, with the words it is asked in."""

    title_sv: str
    title_en: str
    legal_basis: Literal["consent", "public_interest"]
    basis_sv: str
    basis_en: str
    asked: bool = Field(description="Whether the pages ask for it")
    wording_sv: str
    wording_en: str

    def title(self, language: str) -> str:
        return self.title_sv if language == "sv" else self.title_en

    def basis(self, language: str) -> str:
        return self.basis_sv if language == "sv" else self.basis_en

    def wording(self, language: str) -> str:
        return self.wording_sv if language == "sv" else self.wording_en


class Wave(Strict):
    """One message to a person in a campaign: the first, then the reminders, by days from their own end of studies."""

    message: str
    days_from_end: int | None = None
    grace_days: int = Field(default=7, ge=1)
    min_gap_days: int = Field(default=7, ge=0)


StoryKind = Literal["news", "portrait", "event", "mentors", "career_tip", "call", "research"]  # `outreach.story.Kind`


class Section(Strict):
    """A part of a newsletter's edition, and which stories of the pool may stand there.

    `whose`: any's stories, the central office's, or those of the department a reader belongs to. `look`: how large its
    stories are shown. `at_least` stories must be found before the edition is sent; an own section asks for none.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    title_sv: str
    title_en: str
    kinds: tuple[StoryKind, ...] = Field(min_length=1)
    whose: Literal["any", "central", "own"] = "any"
    look: Literal["lead", "large", "small", "dates"] = "small"
    at_least: int = Field(default=0, ge=0, le=20)
    at_most: int = Field(default=3, ge=1, le=20)

    def title(self, language: str) -> str:
        return self.title_sv if language == "sv" else self.title_en

    @model_validator(mode="after")
    def can_be_filled(self) -> "Section":
        if self.at_least > self.at_most:
            raise ValueError(f"at_least is {self.at_least}, which is more than at_most, {self.at_most}")
        if self.whose == "own" and self.at_least:
            raise ValueError("a department's own section may be empty, so it has no at_least")
        return self


class Contributions(Strict):
    """When departments are asked for stories, in whole weeks before an edition opens."""

    ask_weeks_before: int = Field(ge=1, le=12)
    remind_weeks_before: int = Field(ge=1, le=12)
    deadline_weeks_before: int = Field(ge=0, le=12)

    @model_validator(mode="after")
    def in_this_order(self) -> "Contributions":
        if not self.ask_weeks_before > self.remind_weeks_before > self.deadline_weeks_before:
            raise ValueError("ask first, remind later, and have the deadline after both")
        return self


class EventTimes(Strict):
    """When a duty that invites to events does what, in whole days where the event is, and hours for an offered seat."""

    invite_weeks_before: int = Field(ge=1, le=52)
    remind_days_before_answer: int = Field(ge=1, le=60)
    practical_days_before: int = Field(ge=1, le=14)
    thank_days_after: int = Field(ge=1, le=14)
    confirm_hours: int = Field(ge=1, le=168)
    tidy_days_after: int = Field(ge=1, le=90)


class SurveyTimes(Strict):
    """Which cohorts a survey asks, when, and what its figures are measured against.

    `months_after` the month of completion; reminders come `reminder_days` after a person's invitation, on weekdays that
    differ from it and from each other; `open_days` from opening to closing. `hide_below`: the smallest group that is
    shown as it is. Targets are shares of 1.
    """

    questionnaire: str
    months_after: tuple[int, ...] = Field(min_length=1)
    reminder_days: tuple[int, ...] = Field(min_length=1, max_length=5)
    open_days: int = Field(ge=14, le=180)
    cut_days_after_closing: int = Field(ge=0, le=365)
    target_response: float = Field(gt=0, le=1)
    target_knowledge: float = Field(gt=0, le=1)
    disclosure: Literal["hesa", "threshold"] = "threshold"
    hide_below: int = Field(default=5, ge=3, le=50)

    @model_validator(mode="after")
    def on_different_weekdays(self) -> "SurveyTimes":
        weekdays = [0, *(days % 7 for days in self.reminder_days)]
        if len(set(weekdays)) < len(weekdays):
            raise ValueError("reminder_days: the invitation and each reminder come on weekdays of their own")
        if list(self.reminder_days) != sorted(self.reminder_days) or self.reminder_days[-1] >= self.open_days:
            raise ValueError("reminder_days: earliest first, and before the survey closes")
        return self


class Contact(Named):
    """How often one person is written to, by all duties that count together: at most `messages` on any `days`
    calendar days of the office in a row."""

    messages: int = Field(ge=1, le=100)
    days: int = Field(ge=1, le=365)


class MayStart(Named):
    """What departments may start themselves, for their own: names of duties. It is still signed as the duty says."""

    may_start: tuple[str, ...] = (
        "graduation-invitation",
        "quarterly-newsletter",
        "event-invitation",
        "career-survey",
        "linkedin-export",
    )


class Duty(Named):
    """A recurring kind of outreach. A newsletter has `sections`, filled from the pool of stories; one that invites
    to events has `event`, its times; one that asks a cohort how it went has `survey`.

    `priority`: of two duties that want the last place in somebody's budget (`Contact`) the higher gets it. `counts`:
    False for what people asked for, which is free. `over_budget`: whether who has no place today is left out, and
    looked at again by each later selection, or stays planned and waits for a place.
    """

    title_sv: str
    title_en: str
    purpose: str
    approval: Literal["each_time", "once_per_text", "never"] = "each_time"
    within_days: int = Field(default=60, ge=1, le=365)
    catch_up_days: int = Field(default=30, ge=0, le=365)
    expires_days: int = Field(default=60, ge=0)
    arrive_at: time | None = Field(default=None, description="By the recipient's own clock; None: as soon as it can")
    invites: bool = Field(default=False, description="Asks people to become members")
    priority: int = Field(default=50, ge=0, le=100)
    counts: bool = True
    over_budget: Literal["drop", "wait"] = "drop"
    waves: tuple[Wave, ...] = Field(min_length=1)
    sections: tuple[Section, ...] = ()
    contributions: Contributions | None = None
    event: EventTimes | None = None
    survey: SurveyTimes | None = None

    @model_validator(mode="after")
    def each_section_once(self) -> "Duty":
        names = [section.name for section in self.sections]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the section {twice[0]!r} stands twice")
        return self

    def title(self, language: str) -> str:
        return self.title_sv if language == "sv" else self.title_en


class Term(Named):
    """A graduating term such as `2026-HT`, with its first and last day."""

    first: date
    last: date


def _read(name: str) -> dict[str, Any]:
    path: Path = settings().config_dir / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PermanentFailure(f"config/{name} is missing.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PermanentFailure(f"config/{name} cannot be read: {error}.") from None


def _checked(kind: type[T], file: str, name: str, fields: Any) -> T:
    if not isinstance(fields, dict) or "name" in fields:
        raise PermanentFailure(f"config/{file}: {name}: this must be a table [{name}] that does not set its own name.")
    try:
        return kind(name=name, **fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([name, *(str(part) for part in first["loc"])])
        raise PermanentFailure(f"config/{file}: {where}: {first['msg']}.") from None


@cache
def purposes() -> dict[str, Purpose]:
    """Every purpose by name. Raises PermanentFailure naming what is wrong in `purposes.toml`."""
    return {name: _checked(Purpose, "purposes.toml", name, fields) for name, fields in _read("purposes.toml").items()}


@cache
def contact() -> Contact | None:
    """How often one person is written to; None where the office sets no limit. Raises PermanentFailure for a slip."""
    fields = _read("duties.toml").get("contact")
    return None if fields is None else _checked(Contact, "duties.toml", "contact", fields)


@cache
def may_start() -> tuple[str, ...]:
    """The duties a department's coordinator may start. Raises PermanentFailure for a slip."""
    fields = _read("duties.toml").get("departments", {})
    return _checked(MayStart, "duties.toml", "departments", fields).may_start


@cache
def duties() -> dict[str, Duty]:
    """Every duty by name. Raises PermanentFailure naming what is wrong in `duties.toml`."""
    found = {
        name: _checked(Duty, "duties.toml", name, fields)
        for name, fields in _read("duties.toml").items()
        if name not in NO_DUTIES
    }
    contact()
    may_start()
    for duty in found.values():
        if duty.purpose not in purposes():
            raise PermanentFailure(f"config/duties.toml: {duty.name}: there is no purpose {duty.purpose!r}.")
    return found


def duty(name: str) -> Duty:
    """One duty. Raises PermanentFailure listing the names there are."""
    try:
        return duties()[name]
    except KeyError:
        raise PermanentFailure(f"There is no duty {name!r}. There are: {', '.join(sorted(duties()))}.") from None


@cache
def _term_starts() -> tuple[tuple[str, int, int], ...]:
    """Every term's name, month and day. Raises PermanentFailure for a day that is not in every year."""
    starts: Any = _read("duties.toml").get("terms", {"VT": "02-01", "HT": "08-01"})
    try:
        days = {name: date.fromisoformat(f"2001-{day}") for name, day in starts.items()}
    except (AttributeError, ValueError):
        days = {}
    if not days:
        raise PermanentFailure('config/duties.toml: terms: each needs the day it begins, like VT = "02-01".')
    return tuple((name, day.month, day.day) for name, day in sorted(days.items()))


def term_of(day: date) -> Term:
    """The graduating term a day belongs to."""
    starts = sorted(
        (date(year, month, first), f"{year}-{name}")
        for year in (day.year - 1, day.year, day.year + 1)
        for name, month, first in _term_starts()
    )
    at = max(i for i, (first, _) in enumerate(starts) if first <= day)
    first, name = starts[at]
    return Term(name=name, first=first, last=date.fromordinal(starts[at + 1][0].toordinal() - 1))


def term_named(name: str) -> Term:
    """The term of a name such as `2026-HT`. Raises PermanentFailure when no term is called that."""
    if match := re.fullmatch(r"([12][0-9]{3})-(.+)", name):
        for term, month, first in _term_starts():
            if term == match[2]:
                return term_of(date(int(match[1]), month, first))
    raise PermanentFailure(f"There is no term {name!r}.")
