"""What the pages of one campaign share: that it is the viewer's, how it stands in a word, and its heading."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach.departments import departments
from outreach.duties import Language, duties
from outreach.models import Campaign, CampaignStatus, Coordinator
from outreach.queries import campaign_page, office
from outreach.queries.campaign_list import Progress
from outreach.web.portal.door import Signed
from outreach.web.portal.frame import language_of, show
from outreach.web.portal.occasion_words import occasions

PLACE = "campaigns"
# How a campaign that is open stands, by its batches; any other stands as its status says.
GOOD, BAD = frozenset({"sending", "sent", "done"}), frozenset({"cancelled", "expired"})


class State(NamedTuple):
    """A word for how a campaign stands (`campaign.state_<name>`), and whether it is good, bad or neither."""

    name: str
    kind: str


def opened(session: Session, me: Signed, campaign_id: int) -> Campaign:
    """The campaign. Raises HTTPException (404) when there is none or it is not the viewer's: the two look alike."""
    found = campaign_page.find(session, me.viewer, campaign_id)
    if found is None:
        raise HTTPException(404)
    return found


def decider(session: Session, me: Signed) -> Coordinator:
    """The coordinator who is signed in, as those who sign are kept. Raises HTTPException (403) for nobody."""
    found = office.coordinator(session, me.viewer.email)
    if found is None:
        raise HTTPException(403)
    return found


def state(status: CampaignStatus, progress: Progress) -> State:
    """How a campaign stands: an open one by its letters, any other as its status says."""
    name = str(status)
    if status is CampaignStatus.OPEN:
        name = (
            "preparing" if not progress.letters
            else "sent" if not progress.waiting
            else "sending" if progress.left
            else "waiting"
        )  # fmt: skip
    return State(name, "good" if name in GOOD else "bad" if name in BAD else "")


def title_of(duty_name: str, language: Language) -> str:
    """What a duty is called; its name where the configuration has it no more."""
    found = duties().get(duty_name)
    return found.title(language) if found else duty_name


def sender_of(department_code: str | None, language: Language) -> str:
    """The department a campaign is of; "" for the central office."""
    found = departments().get(department_code or "")
    return found.name(language) if found else department_code or ""


def page_of(
    session: Session,
    request: Request,
    me: Signed,
    template: str,
    campaign: Campaign,
    *,
    status: int = 200,
    **values: Any,
) -> Response:
    """A page of a campaign. Templates have `campaign`, its `title` and `occasion`, `whose` it is, `base` (its address)
    and `waves` (how many its duty has) beside what every page of the portal has."""
    language = language_of(request, me)
    named = (campaign.duty, campaign.period)
    shared: Mapping[str, Any] = {
        "campaign": campaign,
        "title": title_of(campaign.duty, language),
        "occasion": occasions(session, [named], language).named(*named),
        "whose": sender_of(campaign.department_code, language),
        "base": f"/portal/campaigns/{campaign.id}",
        "waves": len(duties()[campaign.duty].waves) if campaign.duty in duties() else 0,
    }
    return show(request, me, template, PLACE, status=status, **{**shared, **values})
