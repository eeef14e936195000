"""Who looks: a coordinator who has signed in, or a department's key, with what they may see and do."""

from dataclasses import dataclass

from outreach.duties import Language

CENTRAL = "central"  # in a campaign's key, where a department's code would stand


@dataclass(frozen=True)
class Viewer:
    """`departments` None: central, who sees everything. `actor`: what the audit trail calls them (`coordinator:7`)."""

    actor: str
    name: str
    language: Language
    departments: frozenset[str] | None
    coordinator_id: int | None = None
    email: str = ""
    api_key_id: int | None = None
    scopes: frozenset[str] = frozenset({"read", "run"})

    @property
    def central(self) -> bool:
        return self.departments is None

    def owns(self, department_code: str | None) -> bool:
        """Whether something of this department (None: the central office) is theirs to see and decide."""
        return self.departments is None or department_code in self.departments

    def owns_campaign(self, key: str) -> bool:
        """Whether the campaign with this natural key (`<duty>/<period>/<department or central>`) is theirs."""
        code = key.rpartition("/")[2]
        return self.owns(None if code == CENTRAL else code)

    def may_know(self, reason: str) -> str:
        """Why somebody was left out, as they may know it: `over_budget:<key>` without the key of others' campaign."""
        code, _, campaign = reason.partition(":")
        return reason if not campaign or self.owns_campaign(campaign) else code
