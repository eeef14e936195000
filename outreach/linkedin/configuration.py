"""What `config/linkedin/linkedin.toml` sets: tags, slots, languages, the page, and the schedulers' columns."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from outreach.clock import OFFICE_ZONE
from outreach.departments import department
from outreach.duties import Language, Strict
from outreach.errors import PermanentFailure
from outreach.settings import settings
from outreach.story import Channel, Kind

FILE = "linkedin/linkedin.toml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SLOT = re.compile(rf"({'|'.join(WEEKDAYS)}) ([01]\d|2[0-3]):([0-5]\d)")
CHANNELS = (Channel.LINKEDIN_PAGE, Channel.LINKEDIN_GROUP)
Shown = Literal["sv", "en", "both"]
Cell = Literal["text", "text_without_link", "link", "image", "platform", "date", "time", ""]


@dataclass(frozen=True, order=True)
class Slot:
    """A time of the week at which something may be posted. `weekday`: 0 is Monday; `at`: office time."""

    weekday: int
    at: time


def _slot(given: object) -> Slot:
    if isinstance(given, Slot):
        return given
    if not (found := SLOT.fullmatch(str(given))):
        raise ValueError(f'{given!r} is not a weekday and a time like "tuesday 08:30"')
    return Slot(WEEKDAYS.index(found[1]), time(int(found[2]), int(found[3])))


def _in_order(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    if twice := [slot for slot, count in Counter(slots).items() if count > 1]:
        raise ValueError(f"{WEEKDAYS[twice[0].weekday]} {twice[0].at:%H:%M} stands twice")
    return tuple(sorted(slots))


Slots = Annotated[tuple[Annotated[Slot, BeforeValidator(_slot)], ...], AfterValidator(_in_order)]
Tag = Annotated[str, Field(pattern=r"^\w{1,60}$")]
TagList = tuple[Tag, ...]


class ChannelSettings(Strict):
    """A channel's name, the language it speaks, and its slots: the central office's and those of departments."""

    title_sv: str = Field(min_length=1)
    language: Shown
    slots: Slots = Field(min_length=1)
    department_slots: Slots = Field(min_length=1)

    def slots_of(self, department_code: str | None) -> tuple[Slot, ...]:
        return self.slots if department_code is None else self.department_slots


class TagSettings(Strict):
    """One language's tags, without the number sign."""

    always: TagList = ()
    kinds: dict[Kind, TagList] = Field(default_factory=dict)
    departments: dict[str, TagList] = Field(default_factory=dict)


class AllTags(Strict):
    max_tags: int = Field(default=5, ge=0, le=10)
    sv: TagSettings = TagSettings()
    en: TagSettings = TagSettings()

    def of(self, kind: Kind | None, department_code: str | None, language: Language) -> tuple[str, ...]:
        """A post's tags: its kind's, its department's, those for all, each once, as many as a post takes."""
        set_: TagSettings = self.sv if language == "sv" else self.en
        own = set_.kinds.get(kind, ()) if kind else ()
        theirs = set_.departments.get(department_code, ()) if department_code else ()
        return tuple(dict.fromkeys((*own, *theirs, *set_.always)))[: self.max_tags]


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is no time zone") from None


class Scheduler(Strict):
    """A file one scheduler reads: its columns as (header, what stands there), its way with times, its limits."""

    name: str
    file: str = Field(pattern=r"^[a-z0-9-]+\.csv$")
    columns: tuple[tuple[str, Cell], ...] = Field(min_length=1)
    header: bool = True
    date: str = "%Y-%m-%d"
    time: str
    zone: Annotated[ZoneInfo, BeforeValidator(_zone)] = OFFICE_ZONE
    max_rows: int | None = Field(default=None, ge=1)
    min_gap_minutes: int = Field(default=0, ge=0)
    minute_step: int = Field(default=1, ge=1, le=30)
    max_units: int = Field(default=3000, ge=1, le=3000)

    model_config = Strict.model_config | {"arbitrary_types_allowed": True}


class LinkedIn(Strict):
    """The whole file."""

    organisation: str = Field(pattern=r"^urn:li:organization:\d+$")
    api_version: str = Field(pattern=r"^20\d\d(0[1-9]|1[0-2])$")
    newsletter_days: int = Field(default=30, ge=1, le=120)
    channels: dict[Channel, ChannelSettings]
    tags: AllTags = AllTags()
    schedulers: tuple[Scheduler, ...] = ()

    @model_validator(mode="after")
    def nothing_is_missing_or_double(self) -> "LinkedIn":
        if set(self.channels) != set(CHANNELS):
            raise ValueError(f"channels: there must be {' and '.join(CHANNELS)}, and no other")
        files = Counter(scheduler.file for scheduler in self.schedulers)
        if twice := [file for file, count in files.items() if count > 1]:
            raise ValueError(f"schedulers: two write {twice[0]}")
        return self


def configuration() -> LinkedIn:
    """The office's file, checked. Raises PermanentFailure naming what is wrong in it."""
    try:
        given = tomllib.loads((settings().config_dir / FILE).read_text(encoding="utf-8"))
        read = LinkedIn(**given)
    except FileNotFoundError:
        raise PermanentFailure(f"config/{FILE} is missing.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PermanentFailure(f"config/{FILE} cannot be read: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise PermanentFailure(f"config/{FILE}: {f'{where}: ' if where else ''}{said}.") from None
    for code in {*read.tags.sv.departments, *read.tags.en.departments}:
        department(code)
    return read
