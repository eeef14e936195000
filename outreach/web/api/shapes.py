"""What the API takes and gives, as its document shows it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from outreach.web.run_standing import Kind

ABOUT_STATE = (
    "waiting, running, done, failed, cancelled; back: interrupted, and starts again by itself; not_taken: Prefect has "
    "not taken it yet, ask again with the same key; unreachable: Prefect does not answer now; gone: Prefect keeps it "
    "no longer"
)


class DutyOut(BaseModel):
    """A duty that may be started."""

    name: str
    title: str
    about: str = Field(description="What it does")
    previews: bool = Field(description="Whether it can be previewed first")


class DutyWithParameters(DutyOut):
    parameters: dict[str, Any] = Field(description="JSON Schema of what it takes")


class StartRun(BaseModel):
    """A run to start."""

    model_config = ConfigDict(extra="forbid")

    parameters: dict[str, JsonValue] = Field(default_factory=dict, description="See the duty's own schema")
    preview: bool = Field(default=False, description="Count and show only; nothing is sent")


class WaveOut(BaseModel):
    """One mailing that a preview found, in counts of people."""

    campaign: str
    wave: int
    people: int
    departments: dict[str, int]
    languages: dict[str, int]
    exclusions: dict[str, int] = Field(description="Why others are left out, by reason")
    had_lately: dict[str, int] = Field(description="Messages had in the days of the limit -> people")
    would_wait: int = Field(description="People who would wait for a place within the limit")


class FoundOut(BaseModel):
    """What a preview found."""

    people: int
    made_at: datetime
    waves: list[WaveOut]


class OpenedOut(BaseModel):
    id: int
    key: str


class RunOut(BaseModel):
    """A run that was asked for."""

    id: str
    duty: str
    department: str | None = Field(description="A department's code; null: the whole university")
    preview: bool
    parameters: dict[str, Any]
    asked_at: datetime


class RunWithState(RunOut):
    state: Kind = Field(description=ABOUT_STATE)
    state_name: str = Field(description="What Prefect's own pages call it, such as Awaiting approval")
    message: str
    found: FoundOut | None = Field(description="What a preview found; null until it has")
    campaigns: list[OpenedOut] = Field(description="The campaigns it works on")


class CampaignOut(BaseModel):
    id: int
    key: str
    duty: str
    period: str
    department: str | None
    status: str
    opened_at: datetime


class CampaignWave(BaseModel):
    """One wave, in counts of people."""

    wave: int
    funnel: dict[str, int] = Field(description="People by status: planned, delivered, excluded, ...")
    exclusions: dict[str, int] = Field(description="Why people are left out, by reason")


class CampaignWithFunnel(CampaignOut):
    waves: list[CampaignWave]
