"""Looking at what the `outbox` transport wrote: every mail as its reader would see it.

For an office trying things out on one machine. It shows everybody's mail, so it is there only while nothing is really
sent and the web is reached on this machine alone.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from outreach.clock import OFFICE_ZONE
from outreach.settings import settings
from outreach.tags import CONTROL
from outreach.web import security
from outreach.web.framed import opening_new_pages
from outreach.web.language import chosen
from outreach.web.pages import page

router = APIRouter()

PAGE_SIZE = 50
SHOWN_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "List-Id", "List-Unsubscribe", "Message-ID")
HEADER_BYTES = 16 * 1024


@dataclass(frozen=True)
class Mail:
    """One line of the list. `name`: the path below the outbox; `batch`: the folder, which is the batch's key."""

    name: str
    batch: str
    to: str
    subject: str
    written_at: datetime


@dataclass(frozen=True)
class Found:
    """A page of the list: `total` mails match, `campaigns` counts all there are by campaign and wave."""

    mails: list[Mail]
    total: int
    number: int
    last: int
    campaigns: dict[str, int]


def is_open() -> bool:
    """Whether the outbox may be looked at: nothing is really sent, and only this machine reaches the pages."""
    host = urlsplit(settings().public_url).hostname or ""
    try:
        here = ip_address(host).is_loopback
    except ValueError:
        here = host == "localhost"
    return settings().transport == "outbox" and here


@router.get("/outbox")
def index(request: Request, q: str = "", campaign: str = "", number: int = 1) -> Response:
    """The mails, newest first; `q` searches addresses and subjects."""
    _check_open()
    return page("outbox.html", chosen(request), q=q, campaign=campaign, found=_search(q, campaign, number))


@router.get("/outbox/mail/{name:path}")
def show(request: Request, name: str) -> Response:
    """One mail: headers, the HTML part in a frame, the text part."""
    mail = _read(name)
    headers = [(header, shown) for header in SHOWN_HEADERS if (shown := _header(mail, header))]
    return page(
        "mail.html",
        chosen(request),
        name=name,
        subject=_header(mail, "Subject"),
        headers=headers,
        has_html=bool(_part(mail, "html")),
        files=[(number, part.get_filename() or part.get_content_type()) for number, part in enumerate(_files_of(mail))],
        text=_part(mail, "plain"),
    )


@router.get("/outbox/html/{name:path}")
def html(name: str) -> Response:
    """The HTML part on its own, for the frame."""
    return HTMLResponse(opening_new_pages(_part(_read(name), "html")), headers=security.MAIL_HEADERS)


@router.get("/outbox/file/{number}/{name:path}")
def attached(number: int, name: str) -> Response:
    """A file that goes with a mail, to be kept and never shown: it is whatever the mail says it is."""
    files = _files_of(_read(name))
    if not 0 <= number < len(files):
        raise HTTPException(404)
    content = files[number].get_payload(decode=True)
    kind = "text/calendar" if files[number].get_content_type() == "text/calendar" else "application/octet-stream"
    called = re.sub(r"[^A-Za-z0-9._-]", "_", files[number].get_filename() or "file")
    disposition = {"Content-Disposition": f'attachment; filename="{called}"'}
    return Response(content if isinstance(content, bytes) else b"", media_type=kind, headers=disposition)


def _check_open() -> None:
    if not is_open():
        raise HTTPException(404)


def _search(q: str, campaign: str, number: int) -> Found:
    files = sorted(_files(), key=lambda found: (found[1], found[0]), reverse=True)
    root = settings().outbox
    campaigns = Counter(_campaign(path.relative_to(root)) for path, _ in files)
    if campaign:
        files = [found for found in files if _campaign(found[0].relative_to(root)) == campaign]
    if wanted := q.strip().casefold():
        files = [found for found in files if wanted in " ".join(_summary(*found)).casefold()]
    last = max(1, -(-len(files) // PAGE_SIZE))
    number = min(max(1, number), last)
    mails = [_mail(*found) for found in files[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]]
    return Found(mails, len(files), number, last, dict(sorted(campaigns.items())))


def _files() -> Iterator[tuple[Path, int]]:
    """Every mail and when it was written, in nanoseconds."""
    for path in settings().outbox.rglob("*.eml"):
        try:
            yield path, path.stat().st_mtime_ns
        except FileNotFoundError:  # moved away while we looked
            continue


def _campaign(name: Path) -> str:
    """`duty/period/department/wave/batch/file.eml` -> `duty/period/department/wave`."""
    return name.parent.parent.as_posix()


def _mail(path: Path, written: int) -> Mail:
    name = path.relative_to(settings().outbox)
    to, subject = _summary(path, written)
    at = datetime.fromtimestamp(written / 1e9, UTC).astimezone(OFFICE_ZONE)
    return Mail(name.as_posix(), name.parent.as_posix(), to, subject, at)


@lru_cache(maxsize=100_000)
def _summary(path: Path, _written: int) -> tuple[str, str]:
    """(to, subject). Kept by time of writing: a search over many thousands reads each file once."""
    with path.open("rb") as file:
        head = re.split(rb"\r?\n\r?\n", file.read(HEADER_BYTES), maxsplit=1)[0]
    mail = message_from_bytes(head + b"\n\n")
    return _header(mail, "To"), _header(mail, "Subject")


def _read(name: str) -> Message:
    """The mail at a path below the outbox. Whatever lies elsewhere, or is no mail, does not exist."""
    _check_open()
    root = settings().outbox.resolve()
    if "\x00" in name:
        raise HTTPException(404)
    path = (root / name).resolve()
    if path.suffix != ".eml" or not path.is_relative_to(root) or not path.is_file():
        raise HTTPException(404)
    return message_from_bytes(path.read_bytes())


def _part(mail: Message, kind: str) -> str:
    """The first part of type text/`kind`; "" when there is none."""
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == f"text/{kind}" and isinstance(content, bytes):
            try:
                return content.decode(part.get_content_charset() or "utf-8", "replace")
            except (LookupError, ValueError):  # a character set nobody knows
                return content.decode("utf-8", "replace")
    return ""


def _files_of(mail: Message) -> list[Message]:
    return [part for part in mail.walk() if part.get_content_disposition() == "attachment"]


def _header(mail: Message, name: str) -> str:
    """A header as its reader sees it, on one line; as it stands when it cannot be decoded.

    Not `email.policy.default`: its parser fails on headers that are broken enough.
    """
    try:
        given = str(mail[name] or "")
        shown = str(make_header(decode_header(given)))
    except (HeaderParseError, LookupError, ValueError):
        shown = given
    return CONTROL.sub(" ", shown)
