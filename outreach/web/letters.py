"""The letters of a mailing as its coordinators read them: `outreach.rendering.letters`, for the pages."""

from outreach.rendering.letters import Group, Letter, groups, letter, normal_form

__all__ = ["Group", "Letter", "groups", "letter", "normal_form"]
