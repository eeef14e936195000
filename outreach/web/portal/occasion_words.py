"""What the occasion of a campaign is called: a quarter or a term as it is written, an event by its title."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.duties import Language
from outreach.queries import visits

OF_EVENTS = ("event-invitation", "event-notices")  # their period is the event's short name, and a round after a dot


@dataclass(frozen=True)
class Occasions:
    """The names of some campaigns' occasions. `events`: an event's short name -> its title."""

    events: dict[str, str]

    def named(self, duty: str, period: str) -> str:
        """The occasion as readers know it; as the campaign's key has it where it is no event, or one that is gone."""
        return self.events.get(_slug(period), period) if duty in OF_EVENTS else period


def occasions(session: Session, campaigns: Collection[tuple[str, str]], language: Language) -> Occasions:
    """Of campaigns as pairs of duty and period, in one statement."""
    slugs = {_slug(period) for duty, period in campaigns if duty in OF_EVENTS}
    found = visits.titles(session, slugs) if slugs else {}
    return Occasions({slug: both[0 if language == "sv" else 1] or both[0] or slug for slug, both in found.items()})


def _slug(period: str) -> str:
    return period.partition(".")[0]
