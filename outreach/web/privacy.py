"""How people's data is used, told from the configuration: a purpose or a duty that is added stands here by itself."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import duties
from outreach.duties import Duty, Language, Purpose
from outreach.settings import Settings, settings
from outreach.web.language import chosen
from outreach.web.pages import at, page

router = APIRouter(prefix="/privacy")


@dataclass(frozen=True)
class Sending:
    """A duty as a reader knows it. `kinds`: how many different messages it has. `signed`: a human reads each text."""

    title: str
    kinds: int
    counts: bool
    signed: bool


@dataclass(frozen=True)
class Aim:
    """One purpose, in the reader's language, with what is sent for it."""

    name: str
    title: str
    wording: str
    basis: str
    consent: bool
    asked: bool
    sendings: tuple[Sending, ...]
    address: str


@dataclass(frozen=True)
class Controller:
    """Who answers for the data. "" where the office has not said."""

    name: str
    contact: str
    protection_officer: str
    registrar: str
    read_more: str


@dataclass(frozen=True)
class Kept:
    """For how long, in days; None where the configuration has nothing of the kind."""

    needs: int | None
    answers: int | None
    provider_events: int
    register_files: int


@router.get("")
def index(request: Request) -> Response:
    """Every purpose, and what holds for all of them."""
    language = chosen(request)
    return _page(request, "privacy.html", aims=[_aim(one, language) for one in duties.purposes().values()])


@router.get("/{purpose}")
def one(request: Request, purpose: str) -> Response:
    """One purpose: why, what is sent, how to say no. 404 for a name that is none."""
    found = duties.purposes().get(purpose)
    if found is None:
        raise HTTPException(404)
    return _page(request, "privacy_purpose.html", aim=_aim(found, chosen(request)))


def _page(request: Request, template: str, **values: Any) -> Response:
    language = chosen(request)
    return page(
        template,
        language,
        controller=_controller(language, settings()),
        transport=settings().transport,
        region=settings().sendgrid_region,
        contact=duties.contact(),
        kept=_kept(settings()),
        retention=settings().retention,
        **values,
    )


def _aim(purpose: Purpose, language: Language) -> Aim:
    return Aim(
        name=purpose.name,
        title=purpose.title(language),
        wording=purpose.wording(language),
        basis=purpose.basis(language),
        consent=purpose.legal_basis == "consent",
        asked=purpose.asked,
        sendings=tuple(_sending(duty, language) for duty in duties.duties().values() if duty.purpose == purpose.name),
        address=at(f"/privacy/{purpose.name}"),
    )


def _sending(duty: Duty, language: Language) -> Sending:
    return Sending(duty.title(language), len(duty.waves), duty.counts, duty.approval != "never")


def _controller(language: Language, ours: Settings) -> Controller:
    said = ours.privacy
    name = said.controller_sv if language == "sv" else said.controller_en
    return Controller(
        name=name or ours.sender.university(language),
        contact=ours.sender.reply_to,
        protection_officer=said.protection_officer,
        registrar=said.registrar,
        read_more=said.read_more,
    )


def _kept(ours: Settings) -> Kept:
    every = duties.duties().values()
    return Kept(
        needs=max((duty.event.tidy_days_after for duty in every if duty.event), default=None),
        answers=max((duty.survey.cut_days_after_closing for duty in every if duty.survey), default=None),
        provider_events=ours.event_keep_days,
        register_files=ours.drop_keep_days,
    )
