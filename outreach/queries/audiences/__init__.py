"""Who is considered, duty by duty: each module returns one SELECT, and `queries.selection` makes it the ledger."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from outreach.duties import Duty
from outreach.models import Campaign
from outreach.queries.audiences import graduation, newsletter
from outreach.queries.selection import Audience

# (session, campaign, duty, number of the wave, the day it is) -> person_id, language, department_code, reason
AudienceOf = Callable[[Session, Campaign, Duty, int, date], Audience]

AUDIENCES: Mapping[str, AudienceOf] = {
    "graduation-invitation": graduation.audience,
    "quarterly-newsletter": newsletter.audience,
}

__all__ = ["AUDIENCES", "AudienceOf", "graduation"]
