"""From a host's link to the event and the coordinator behind it, and what every page for hosts shares."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock, links
from outreach.duties import Language, duty
from outreach.event import Event
from outreach.models import Coordinator
from outreach.queries import office, visits
from outreach.visits import letters, opening
from outreach.web import security
from outreach.web.failures import NoEvent, NotYourEvent
from outreach.web.language import chosen, spoken
from outreach.web.pages import at, page

OPENS_BEFORE = timedelta(hours=12)  # a slip days ahead would thank people for having come
POLICY = f"{security.PAGE_POLICY}; script-src 'self'; connect-src 'self'"  # our own small script, which they do without


@dataclass(frozen=True)
class Host:
    """Who has opened the link, and the event it is about."""

    coordinator: Coordinator
    event: Event

    @property
    def open(self) -> bool:
        """Whether people can be checked in."""
        return not self.event.cancelled and clock.now() >= self.opens_at

    @property
    def opens_at(self) -> datetime:
        return self.event.starts_at - OPENS_BEFORE


def behind(session: Session, token: str) -> Host:
    """The host and event of a link, asked anew at every opening.

    Raises InvalidLink, ExpiredLink, NoEvent for an event that is not there, and NotYourEvent for somebody who is not a
    coordinator any more, or of another department.
    """
    link = links.read("host", token)
    event = visits.event(session, link.about)
    if event is None:
        raise NoEvent("The event this link was for is not there any more.")
    able = {str(one.id): one for one in office.approvers(session, event.department_code)}
    if link.subject not in able:
        raise NotYourEvent("This link belongs to someone who does not coordinate this event.")
    return Host(able[link.subject], event)


def language_of(request: Request, host: Host) -> Language:
    return chosen(request, host.coordinator.language)


def show(request: Request, template: str, host: Host, token: str, *, status: int = 200, **values: Any) -> Response:
    """One of the hosts' pages. Beside what every page gets, they have `event`, `host`, `when`, `where`, `opens`, the
    addresses `root` and `live`, and `tidied` (after how many days what guests need is deleted)."""
    language = language_of(request, host)
    root = at(f"/host/{token}")
    answer = page(
        template,
        language,
        status=status,
        host=host,
        event=host.event,
        title=host.event.title(language),
        when=letters.when(host.event, language),
        where=letters.where(host.event, language),
        opens=letters.moment(host.event, host.opens_at, language),
        root=root,
        live=f"{root}/live{spoken(request)}",
        lang=spoken(request),
        tidied=opening.times(duty("event-invitation")).tidy_days_after,
        **values,
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
