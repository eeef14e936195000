"""A visit or an event as somebody plans it (`outreach.event_drafts`, which the queries read too)."""

from outreach.event_drafts import DEFAULT_RADIUS_KM, EventDraft, VisitDraft

__all__ = ["DEFAULT_RADIUS_KM", "EventDraft", "VisitDraft"]
