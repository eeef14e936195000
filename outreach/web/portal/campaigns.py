"""The campaigns: a department's own, or everybody's for the central office; the newest first."""

from dataclasses import asdict
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from outreach.database import session_scope
from outreach.departments import departments
from outreach.models import CampaignStatus
from outreach.queries import campaign_list
from outreach.queries.campaign_list import CENTRAL, Filters, Listed, Progress
from outreach.web.portal import door
from outreach.web.portal.campaign_parts import PLACE, sender_of, state, title_of
from outreach.web.portal.door import Me
from outreach.web.portal.frame import language_of, show
from outreach.web.portal.occasion_words import occasions

router: APIRouter = door.router()

PAGE_SIZE = 50
MOST_PAGES = 10_000


@router.get("/campaigns")
def campaigns(
    request: Request, me: Me, duty: str = "", status: str = "", department: str = "", period: str = "", page: str = "1"
) -> Response:
    """A page of the list. A filter nobody has answers with an empty list, a page there is not with the last."""
    language = language_of(request, me)
    filters = Filters(duty, status, department if me.viewer.central else "", period)
    with session_scope(reading=True) as session:
        count = campaign_list.how_many(session, me.viewer, filters)
        last = max(1, -(-count // PAGE_SIZE))
        number = min(_number(page), last)
        found = campaign_list.page(session, me.viewer, filters, first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE)
        choices = campaign_list.choices(session, me.viewer)
        progress = campaign_list.progress(session, [one.id for one in found])
        names = occasions(session, [(one.duty, one.period) for one in found], language)
    chosen = {name: value for name, value in asdict(filters).items() if value}

    def line(one: Listed) -> dict[str, object]:
        done = progress.get(one.id, Progress())
        return {
            "campaign": one,
            "title": title_of(one.duty, language),
            "occasion": names.named(one.duty, one.period),
            "whose": sender_of(one.department_code, language),
            "progress": done,
            "state": state(one.status, done),
        }

    return show(
        request,
        me,
        "portal/campaigns.html",
        PLACE,
        lines=[line(one) for one in found],
        count=count,
        at_page=number,
        last=last,
        filters=filters,
        filtered=bool(chosen),
        query=urlencode(chosen),
        duties=[(name, title_of(name, language)) for name in choices.duties],
        statuses=list(CampaignStatus),
        periods=choices.periods,
        departments=[(code, departments()[code].name(language)) for code in choices.departments if code != CENTRAL],
        has_central=CENTRAL in choices.departments,
    )


def _number(page: str) -> int:
    """The page asked for; the first for what is no page."""
    given = int(page) if page.isascii() and page.isdigit() and len(page) < len(str(MOST_PAGES)) else 1
    return max(1, given)
