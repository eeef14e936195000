"""What gives a duty its campaigns: a graduating term, a newsletter's edition, an event. One strategy for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy.orm import Session

from outreach import terms
from outreach.duties import Duty
from outreach.editions import contents, opening
from outreach.errors import PermanentFailure
from outreach.models import Campaign
from outreach.rendering import Rendered
from outreach.surveys import letters
from outreach.surveys import opening as surveys
from outreach.visits import notices
from outreach.visits import opening as visits


class Opener(Protocol):
    """Finds or makes the campaigns that may have something to do on `day`, by their natural keys.

    Raises PermanentFailure for a duty or department that does not exist, and for parameters it can do nothing with.
    """

    def __call__(
        self,
        session: Session,
        duty_name: str,
        *,
        day: date,
        department: str | None,
        parameters: dict[str, Any],
        flow_run_id: str | None = None,
    ) -> list[Campaign]: ...


@dataclass(frozen=True)
class Occasion:
    """`waves`: those into whose ledger people are to be entered on a day. `letters`: what a wave says, each variant."""

    campaigns: Opener
    waves: Callable[[Session, Campaign, Duty, date], Sequence[int]]
    letters: Callable[[Session, Campaign, int], list[Rendered]]


TERM = Occasion(terms.open_terms, terms.waves, terms.letters)
EDITION = Occasion(opening.open_editions, opening.waves, contents.letters)
EVENT = Occasion(visits.open_invitations, visits.waves, visits.letters_of)
SURVEY = Occasion(surveys.open_surveys, surveys.waves, letters.letters)
NOTICES = Occasion(notices.open_notices, notices.waves, notices.letters_of)

OCCASIONS: Mapping[str, Occasion] = {
    "graduation-invitation": TERM,
    "quarterly-newsletter": EDITION,
    "event-invitation": EVENT,
    "event-notices": NOTICES,
    "career-survey": SURVEY,
}


def of(duty: Duty) -> Occasion:
    """A duty's occasion. Raises PermanentFailure for one that the configuration names and nobody has written."""
    try:
        return OCCASIONS[duty.name]
    except KeyError:
        known = ", ".join(sorted(OCCASIONS))
        raise PermanentFailure(
            f"Nothing says when {duty.name} is due, so it cannot be run. These can: {known}."
        ) from None
