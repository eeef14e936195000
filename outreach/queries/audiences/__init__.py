"""Who is considered, duty by duty: each module returns one SELECT, and `queries.selection` makes it the ledger."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from outreach.duties import Duty
from outreach.models import Campaign
from outreach.queries.audiences import event, graduation, newsletter, notices, survey
from outreach.queries.selection import Audience

# (session, campaign, duty, number of the wave, the day it is) -> person_id, language, department_code, reason
AudienceOf = Callable[[Session, Campaign, Duty, int, date], Audience]

AUDIENCES: Mapping[str, AudienceOf] = {
    "graduation-invitation": graduation.audience,
    "quarterly-newsletter": newsletter.audience,
    "event-invitation": event.audience,
    "event-notices": notices.audience,
    "career-survey": survey.audience,
}

# Duty -> the reason that may have come up between the selection and the claim, of a row of `Recipient`; NULL for none.
# Consent, membership and suppressions are asked again for every duty (`standing`).
OVERTAKEN: Mapping[str, Callable[[], ColumnElement[str]]] = {
    "event-invitation": event.answered_since,
    "event-notices": notices.overtaken_since,
    "career-survey": survey.answered_since,
}

__all__ = ["AUDIENCES", "OVERTAKEN", "AudienceOf", "event", "graduation"]
