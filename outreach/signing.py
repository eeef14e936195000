"""Deciding about a text: one way in for the command line, the Prefect UI and the web. The newest decision holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from outreach import campaigning
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.models import Coordinator
from outreach.queries import approvals, campaigns, office

Via = Literal["cli", "prefect", "web"]


@dataclass(frozen=True)
class Signed:
    """A decision that was recorded, with what the next run needs."""

    key: str
    wave: int
    code: str
    duty: str
    department: str | None
    parameters: dict[str, Any]
    at: datetime

    def __str__(self) -> str:
        return f"{self.key}, wave {self.wave}"


def decide(key_or_code: str, coordinator_email: str, *, approved: bool, comment: str, via: Via) -> Signed:
    """Record a coordinator's decision about the one text that stands under a key or code.

    What waits can be approved or sent back; what was approved can be sent back as long as its campaign is under way.
    Raises PermanentFailure when nothing or more than one thing stands under it, the coordinator is not known, or may
    not decide about it.
    """
    with session_scope() as session:
        coordinator = office.coordinator(session, coordinator_email)
        if coordinator is None:
            raise PermanentFailure("No coordinator has this e-mail address. Check config/settings.toml.")
        found = approvals.find(session, key_or_code, to_send_back=not approved)
        if not found:
            raise PermanentFailure(_nothing(key_or_code, approved))
        codes = sorted({approvals.code_of(session, campaign, wave) for campaign, wave in found})
        if len(codes) > 1:
            raise PermanentFailure(f"Several texts stand under {key_or_code!r}. Give one code: {', '.join(codes)}.")
        return record(session, *found[0], codes[0], coordinator, approved=approved, comment=comment, via=via)


def record(
    session: Session,
    campaign_id: int,
    wave: int,
    code: str,
    coordinator: Coordinator,
    *,
    approved: bool,
    comment: str,
    via: Via,
) -> Signed:
    """Record a decision about exactly what a code stands for. Raises PermanentFailure as `approvals.sign` does."""
    at = approvals.sign(
        session,
        campaign_id=campaign_id,
        wave=wave,
        code=code,
        coordinator_id=coordinator.id,
        approved=approved,
        comment=comment,
        via=via,
    )
    campaign = campaigns.by_id(session, campaign_id)
    return Signed(campaign.key, wave, code, campaign.duty, campaign.department_code, campaign.parameters, at)


def _nothing(key_or_code: str, approved: bool) -> str:
    if approved:
        return f"Nothing waits for approval under {key_or_code!r}: it was approved before, or its text has changed."
    return f"There is nothing to send back under {key_or_code!r}: its text has changed, or its mailing is over."


def start_next_run(signed: Signed) -> str:
    """Start the duty again so that what was signed is sent. Returns and raises as `campaigning.start_again` does."""
    decision = f"approved/{signed.key}/{signed.code}/{signed.at.isoformat()}"
    return campaigning.start_again(signed.duty, signed.department, signed.parameters, decision=decision)
