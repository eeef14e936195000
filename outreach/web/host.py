"""The pages of an event's hosts: how it stands, and the guest list on screen, on paper and as a workbook."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from outreach import clock
from outreach.database import session_scope
from outreach.queries import guests
from outreach.visits import letters
from outreach.web import host_lines, host_sheet, hosts, texts
from outreach.web.hosts import Host

router = APIRouter()

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/host/{token}")
def overview(request: Request, token: str) -> Response:
    """What, when and where, and how many are here."""
    with session_scope(reading=True) as session:
        host = hosts.behind(session, token)
        lines, counts = _standing(request, session, host)
        stamp = host_lines.stamp(lines, counts)
        return hosts.show(request, "host.html", host, token, counts=counts, stamp=stamp)


@router.get("/host/{token}/guests")
def guest_list(request: Request, token: str) -> Response:
    """Everybody who comes, may come or came, by name; the same page is made for paper."""
    with session_scope(reading=True) as session:
        host = hosts.behind(session, token)
        lines, counts = _standing(request, session, host)
        printed = letters.moment(host.event, clock.now(), hosts.language_of(request, host))
        groups = host_lines.grouped(lines)
        return hosts.show(request, "host_list.html", host, token, groups=groups, counts=counts, printed=printed)


@router.get("/host/{token}/guests.xlsx")
def workbook(request: Request, token: str) -> Response:
    """The same as a workbook, with those who said no."""
    with session_scope(reading=True) as session:
        host = hosts.behind(session, token)
        lines, _ = _standing(request, session, host)
    say = texts.speaker(hosts.language_of(request, host))
    name = f"{say('host_sheet.file')}-{host.event.slug}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(host_sheet.workbook(lines, say), media_type=XLSX, headers=headers)


@router.get("/host/{token}/live")
def live(request: Request, token: str) -> Response:
    """A mark that is another one whenever something has changed; the script then fetches the page anew."""
    with session_scope(reading=True) as session:
        host = hosts.behind(session, token)
        return JSONResponse({"stamp": host_lines.stamp(*_standing(request, session, host))})


def _standing(request: Request, session: Session, host: Host) -> tuple[list[host_lines.Line], guests.Counts]:
    language = hosts.language_of(request, host)
    frame = guests.listed(session, host.event.id)
    return host_lines.lines(frame, host.event, language), guests.counts(session, host.event.id)
