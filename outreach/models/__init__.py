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
from outreach.models.portal import (
    ApiKey,
    DutyRun,
    FaultReport,
    PortalSession,
    PreviewRow,
    RateCount,
    SignInLink,
    Snapshot,
)
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
from outreach.models.surveys import (
    Survey,
    SurveyAnswer,
    SurveyMember,
    SurveyResponse,
    SurveyResult,
    SurveyVersion,
)
from outreach.models.visits import EventChange, EventRow, Notice, PlanStatus, Rsvp, VisitRow

__all__ = [
    "ApiKey", "Approval", "Audit", "Base", "Batch", "BatchStatus", "Campaign", "CampaignStatus", "Consent",
    "ContributionRequest", "Coordinator", "CoordinatorDepartment", "Department", "DutyRun", "EditionStory",
    "EventChange", "EventRow", "Export", "FaultReport", "Image", "Interest", "Membership", "Message", "Notice",
    "Person", "PlanStatus", "PortalSession", "PreviewRow", "ProviderEvent", "RateCount", "Recipient",
    "RecipientStatus", "Rsvp", "SignInLink", "Snapshot", "StoryConsent", "StoryRow", "StoryStatus", "Study",
    "Suppression", "Survey", "SurveyAnswer", "SurveyMember", "SurveyResponse", "SurveyResult", "SurveyVersion",
    "UtcDateTime", "VisitRow", "WebEdition",
]  # fmt: skip
