"""Deciding about what waits: one way in for the command line, the Prefect UI and the web."""

from dataclasses import dataclass
from typing import Any, Literal

from outreach import prefect_api
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.queries import approvals, campaigns, office


@dataclass(frozen=True)
class Signed:
    """A decision that was recorded, with what the next run needs."""

    key: str
    wave: int
    code: str
    duty: str
    department: str | None
    parameters: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.key}, wave {self.wave}"


def decide(
    key_or_code: str, coordinator_email: str, *, approved: bool, comment: str, via: Literal["cli", "prefect", "web"]
) -> Signed:
    """Record a coordinator's decision about the one thing that waits under a key or code.

    Raises PermanentFailure when nothing or more than one thing waits under it, the coordinator is not known, or may not
    decide about it.
    """
    with session_scope() as session:
        coordinator = office.coordinator(session, coordinator_email)
        if coordinator is None:
            raise PermanentFailure("No coordinator has this e-mail address. Check config/settings.toml.")
        found = approvals.find(session, key_or_code)
        if not found:
            raise PermanentFailure(
                f"Nothing waits for approval under {key_or_code!r}: it was approved before, or its text has changed."
            )
        codes = sorted({approvals.code_of(session, campaign, wave) for campaign, wave in found})
        if len(codes) > 1:
            raise PermanentFailure(f"Several texts wait under {key_or_code!r}. Give one code: {', '.join(codes)}.")
        (campaign_id, wave), code = found[0], codes[0]
        approvals.sign(
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
        return Signed(campaign.key, wave, code, campaign.duty, campaign.department_code, campaign.parameters)


def start_next_run(signed: Signed) -> str:
    """Start the duty again so that what was signed is sent. Returns the flow run's id.

    Signing twice starts one run. Raises TemporaryFailure when Prefect cannot be reached; the next scheduled run sends.
    """
    parameters = {"params": {"department": signed.department, **signed.parameters}}
    return prefect_api.start_duty(signed.duty, parameters, idempotency_key=f"approved/{signed.key}/{signed.code}")
