"""What every duty's part of a forecast is read with: one session, one day, and the campaigns there are."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy.orm import Session

from outreach.forecasting.building import HAD, Calendar
from outreach.forecasting.shape import frame
from outreach.models import Campaign, CampaignStatus
from outreach.queries import approvals, coming


@dataclass(frozen=True)
class Read:
    """`campaigns`: those open or paused; `had`: HAD of the open ones; `unsigned`: the ids of those that wait for a
    signature; `sharing`: person -> the address they share with somebody."""

    session: Session
    when: Calendar
    campaigns: list[Campaign]
    had: Mapping[int, pd.DataFrame]
    unsigned: frozenset[int]
    sharing: Mapping[int, str]

    @property
    def nothing(self) -> pd.DataFrame:
        """What nobody has had: the columns of HAD, no rows."""
        return frame(HAD)

    def open_of(self, duty: str) -> list[Campaign]:
        """A duty's open campaigns."""
        return [one for one in self.campaigns if one.duty == duty and one.status == CampaignStatus.OPEN]

    def had_of(self, campaign: Campaign) -> pd.DataFrame:
        """What the people of a campaign have had of it, in the columns of HAD."""
        return self.had.get(campaign.id, self.nothing)

    def keys_of(self, duty: str) -> set[str]:
        """The natural keys of a duty's campaigns that are open or paused."""
        return {one.key for one in self.campaigns if one.duty == duty}

    def departments_of_waiting(self, campaign: Campaign) -> pd.DataFrame:
        """Who waits for the first message of a campaign: person, department."""
        return coming.waiting(self.session, campaign.id)


def read(session: Session, when: Calendar) -> Read:
    """Read what every duty needs."""
    campaigns = coming.under_way(session)
    ids = [one.id for one in campaigns if one.status == CampaignStatus.OPEN]
    had = coming.had(session, ids, when.today)
    return Read(
        session,
        when,
        campaigns,
        {int(str(id_)): rows for id_, rows in had.groupby("campaign")},
        frozenset(campaign for campaign, _ in approvals.waiting(session)),
        coming.sharing(session),
    )
