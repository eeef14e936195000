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
from outreach.models.stories import (
    ContributionRequest,
    EditionStory,
    Export,
    Image,
    StoryConsent,
    StoryRow,
    StoryStatus,
    WebEdition,
)

__all__ = [
    "Approval", "Audit", "Base", "Batch", "BatchStatus", "Campaign", "CampaignStatus", "Consent", "ContributionRequest",
    "Coordinator", "CoordinatorDepartment", "Department", "EditionStory", "Export", "Image", "Interest", "Membership",
    "Message", "Person", "ProviderEvent", "Recipient", "RecipientStatus", "StoryConsent", "StoryRow", "StoryStatus",
    "Study", "Suppression", "UtcDateTime", "WebEdition",
]  # fmt: skip
