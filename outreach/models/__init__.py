"""The tables. `Base.metadata` is complete once this package is imported."""

from outreach.models.base import Base, UtcDateTime
from outreach.models.campaigns import (
    Approval,
    Batch,
    BatchStatus,
    Campaign,
    CampaignStatus,
    Message,
    ProviderEvent,
    Recipient,
    RecipientStatus,
)
from outreach.models.office import Audit, Coordinator, CoordinatorDepartment, Department
from outreach.models.people import Consent, Interest, Membership, Person, Study, Suppression

__all__ = [
    "Approval", "Audit", "Base", "Batch", "BatchStatus", "Campaign", "CampaignStatus", "Consent", "Coordinator",
    "CoordinatorDepartment", "Department", "Interest", "Membership", "Message", "Person", "ProviderEvent",
    "Recipient", "RecipientStatus", "Study", "Suppression", "UtcDateTime",
]  # fmt: skip
