"""From what people have had of a campaign, and who is to have more of it, to the frames that are walked through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from outreach import clock
from outreach.forecasting.shape import CHAINS, NEVER, SENDS, Coming, Sender, frame

NEW = {"person": "int64", "first": "int16", "until": "int16"}  # whom a first message will come to, and when
LATER = {"person": "int64", "wave": "int8", "first": "int16", "until": "int16", "offset": "int16", "gap": "int16"}
HAD = {"campaign": "int64", "person": "int64", "wave": "int64", "gone": "bool", "planned": "bool", "day": "int64"}
FAR = 10_000  # a day beyond every forecast


@dataclass(frozen=True)
class Calendar:
    """Today and the days after it, as numbers."""

    today: date
    days: int

    def number(self, day: date) -> int:
        """The day as a number: 0 is today."""
        return (day - self.today).days

    def day(self, number: int) -> date:
        """The day with this number."""
        return self.today + timedelta(days=int(number))

    def last_day_before(self, moment: datetime | None) -> int:
        """The last office day on which something may happen before `moment`; FAR where there is no end."""
        if moment is None:
            return FAR
        return min(self.number((moment - timedelta(seconds=1)).astimezone(clock.OFFICE_ZONE).date()), FAR)

    def run(self, number: int) -> datetime:
        """About when the duties run on a day: eight in the morning at the office."""
        return clock.start_of(self.day(number)) + timedelta(hours=8)


def build(
    sender: Sender,
    when: Calendar,
    *,
    had: pd.DataFrame,
    until: int,
    new: pd.DataFrame | None = None,
    later: pd.DataFrame | None = None,
    sharing: Mapping[int, str] | None = None,
) -> Coming:
    """Whom a campaign will write to. `had`: HAD, of this campaign alone; whoever waits in it is sent to by `until`.
    `new`: NEW, of people who get its first message; `later`: LATER, their further ones. Who stands in `had` with a wave
    gets none of it again. Of several `new` people who share an address one is written to."""
    known = set(zip(had["person"].tolist(), had["wave"].tolist(), strict=True))
    new = frame(NEW) if new is None else new
    first_known = had.loc[had["wave"] == 1, "person"]
    new = new[~new["person"].isin(first_known)]
    holders = had.loc[(had["wave"] == 1) & (had["gone"] | had["planned"]), "person"]
    new = _one_an_address(new, holders, sharing or {})
    chains = _chains(had, new, when.today.weekday())
    planned = had[had["planned"]]
    waiting = pd.DataFrame(
        {"person": planned["person"], "wave": planned["wave"], "first": planned["day"].clip(lower=0), "until": until}
    )
    sends = [waiting.assign(offset=0, gap=0), new.assign(wave=1, offset=0, gap=0)]
    if later is not None and len(later):
        sends.append(_unknown(later[later["person"].isin(chains["person"])], known))
    rows = pd.concat(sends, ignore_index=True)
    rows["chain"] = pd.Index(chains["person"]).get_indexer(pd.Index(rows["person"]))
    return Coming(sender, chains, frame(SENDS, rows[list(SENDS)]))


def new_people(people: np.ndarray, first: int, until: int) -> pd.DataFrame:
    """NEW: all of these people from the same day on."""
    return frame(NEW, pd.DataFrame({"person": people, "first": first, "until": until}))


def reminders(people: pd.Series, wave: int, first: int, until: int, *, offset: int = 0, gap: int = 0) -> pd.DataFrame:
    """LATER: one message to each of these people on the same terms."""
    told = {"wave": wave, "first": max(first, 0), "until": until, "offset": offset, "gap": gap}
    return frame(LATER, pd.DataFrame({"person": people.to_numpy(np.int64)}).assign(**told))


def _chains(had: pd.DataFrame, new: pd.DataFrame, weekday: int) -> pd.DataFrame:
    """CHAINS of everybody who has had something, waits, or is new."""
    gone = had[had["gone"]]
    people = np.unique(
        np.concatenate([gone["person"], had.loc[had["planned"], "person"], new["person"]]).astype(np.int64)
    )
    chains = pd.DataFrame({"person": people}).set_index("person")
    by_person = gone.groupby("person")
    chains["asked"] = gone[gone["wave"] == 1].groupby("person")["day"].min()
    chains["last"] = by_person["day"].max()
    chains["highest"] = by_person["wave"].max()
    chains = chains.fillna({"asked": NEVER, "last": NEVER, "highest": 0})
    bits = np.left_shift(1, (weekday + gone["day"].to_numpy(np.int64)) % 7).astype(np.uint8)
    mask = np.zeros(len(people), np.uint8)
    np.bitwise_or.at(mask, np.searchsorted(people, gone["person"].to_numpy(np.int64)), bits)
    return frame(CHAINS, chains.clip(lower=NEVER).assign(weekdays=mask).reset_index()[list(CHAINS)])


def _unknown(later: pd.DataFrame, known: set[tuple[int, int]]) -> pd.DataFrame:
    """Without those who stand in the ledger with the same wave."""
    if not known:
        return later
    pairs = zip(later["person"].tolist(), later["wave"].tolist(), strict=True)
    return later[[pair not in known for pair in pairs]]


def _one_an_address(new: pd.DataFrame, holders: pd.Series, sharing: Mapping[int, str]) -> pd.DataFrame:
    """The first of those who share an address, and nobody where somebody else of the campaign has it already."""
    if not sharing:
        return new
    address = new["person"].map(sharing)
    taken = set(holders.map(sharing).dropna())
    ordered = address[new.sort_values(["first", "person"]).index]
    again = ordered.dropna().duplicated().reindex(new.index, fill_value=False)
    return new[~again & ~address.isin(taken)]
