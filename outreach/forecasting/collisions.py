"""Where two campaigns want the same people at the same time, and what could be done about it. Pure: frames in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outreach.duties import Contact
from outreach.forecasting.shape import NEVER, Coming, Register, Sender
from outreach.forecasting.walking import LOST, SENT, Walked

FEWEST = 5  # fewer people than this are left to the contact budget alone
SHARE = 0.01  # and so is less than this of a campaign
MERGED_SHARE = 0.2  # a special edition and the newsletter have so much in common before we speak of it
FITS = 0.95  # a week is better when so many have a place in it
NEAR_DAYS = 14  # what is near, where the office has no budget


class Proposal(StrEnum):
    WAIT = "wait"  # send the one that gives way another week
    MERGE = "merge"  # put the department's news into the newsletter
    LET_GO = "let_go"  # let the one of higher priority go


@dataclass(frozen=True)
class Collision:
    """`lower` finds no place for `people` of its own, `share` of them all, because `higher` has taken it. `later` of
    them get it another day, `lost` do not get it. Both are the keys of campaigns. `day`: when it happens first;
    `to_day`: the first day that fits, for WAIT."""

    lower: str
    higher: str
    people: int
    share: float
    later: int
    lost: int
    day: int
    proposal: Proposal
    to_day: int | None = None


def collisions(
    comings: Sequence[Coming], walked: Walked, register: Register, budget: Contact | None, days: int
) -> list[Collision]:
    """Every collision that matters, the first to happen first. `register.names`: campaign id -> key."""
    found = _refusals(comings, walked, register, budget, days) if budget is not None else []
    near = budget.days if budget is not None else NEAR_DAYS
    met = {(one.lower, one.higher) for one in found}
    found += [one for one in _editions(comings, walked, near) if (one.lower, one.higher) not in met]
    return sorted(found, key=lambda one: (one.day, one.lower, one.higher))


def _refusals(
    comings: Sequence[Coming], walked: Walked, register: Register, budget: Contact, days: int
) -> list[Collision]:
    """Campaigns some of whose people have no place on their day, with each campaign that took it."""
    messages = walked.messages
    refused = messages[messages["refused"] != NEVER]
    if refused.empty:
        return []
    log = _log(comings, messages, register, refused["person"])
    met = refused.merge(log, on="person", suffixes=("", "_taken"))
    age = met["refused"] - met["day"]
    met = met[(age >= 0) & (age < budget.days)]
    made = []
    for (campaign, taker), rows in met.groupby(["campaign", "taker"]):
        sender, higher = comings[int(str(campaign))].sender, str(taker)
        mine = messages[messages["campaign"] == campaign]
        theirs = rows.drop_duplicates(["person", "wave"])
        people = int(theirs["person"].nunique())
        share = people / mine["person"].nunique()
        if higher == sender.key or people < FEWEST or share < SHARE:
            continue
        proposal, to_day = _merged(sender, _by_key(comings).get(higher)), None
        if proposal is None and sender.movable:
            to_day = day_that_fits(mine, _others(comings, walked, register, sender), budget, days)
        proposal = proposal or (Proposal.LET_GO if to_day is None else Proposal.WAIT)
        later, lost = (int((theirs["state"] == state).sum()) for state in (SENT, LOST))
        day = int(theirs["refused"].min())
        made.append(Collision(sender.key, higher, people, share, later, lost, day, proposal, to_day))
    return made


def day_that_fits(mine: pd.DataFrame, others: pd.DataFrame, budget: Contact, days: int) -> int | None:
    """The first day after the campaign's own on which nearly all of its people have a place, theirs and what others
    have sent them or will send counted; whole weeks later, and not after the message's last day. None: there is none.

    `mine`: person, first, until of a campaign's messages; `others`: person, day of what comes from others.
    """
    people, at = np.unique(mine["person"].to_numpy(np.int64), return_inverse=True)
    first, until = int(mine["first"].min()), int(mine["until"].max())
    counts = _counts(people, others, budget.days, days)
    last = np.zeros(len(people), np.int64)
    np.maximum.at(last, at, mine["until"].to_numpy(np.int64))
    for day in range(first + 7, min(until + 1, days), 7):
        if _share_with_a_place(counts, day, budget) >= FITS and (last >= day).mean() >= FITS:
            return day
    return None


def _share_with_a_place(counts: NDArray[np.uint8], day: int, budget: Contact) -> float:
    """The share of people who would be over the budget in no stretch of days that holds this one."""
    start, end = day, day + 2 * budget.days - 1  # `counts` begins `budget.days` - 1 days before today
    sums = np.cumsum(np.pad(counts[:, start:end], ((0, 0), (1, 0))), axis=1, dtype=np.int16)
    width = min(budget.days, sums.shape[1] - 1)
    fullest = (sums[:, width:] - sums[:, :-width]).max(axis=1)
    return float((fullest < budget.messages).mean())


def _counts(people: NDArray[np.int64], others: pd.DataFrame, back: int, days: int) -> NDArray[np.uint8]:
    """How many messages each of `people` has on each day, from `back` - 1 days before today on: a row a person."""
    counts = np.zeros((len(people), back - 1 + days + back), np.uint8)
    theirs = others[others["person"].isin(people)]
    place, day = (
        np.searchsorted(people, theirs["person"].to_numpy(np.int64)),
        theirs["day"].to_numpy(np.int64) + back - 1,
    )
    inside = (day >= 0) & (day < counts.shape[1])
    np.add.at(counts, (place[inside], day[inside]), 1)
    return counts


def _editions(comings: Sequence[Coming], walked: Walked, near: int) -> list[Collision]:
    """A department's special edition beside a newsletter that much the same people get."""
    specials = [n for n, one in enumerate(comings) if one.sender.special]
    letters = [n for n, one in enumerate(comings) if one.sender.edition and not one.sender.special]
    made = []
    for low in specials:
        for high in letters:
            mine, theirs = (walked.messages[walked.messages["campaign"] == n] for n in (low, high))
            if mine.empty or theirs.empty or abs(int(mine["first"].min()) - int(theirs["first"].min())) >= near:
                continue
            people = int(np.isin(mine["person"].unique(), theirs["person"].unique()).sum())
            share = people / mine["person"].nunique()
            if people >= FEWEST and share >= MERGED_SHARE:
                day = max(int(mine["first"].min()), int(theirs["first"].min()))
                lower, higher = comings[low].sender.key, comings[high].sender.key
                made.append(Collision(lower, higher, people, share, 0, 0, day, Proposal.MERGE))
    return made


def _merged(sender: Sender, other: Sender | None) -> Proposal | None:
    """MERGE for a special edition beside a newsletter, whichever of them gives way."""
    if other is None or not (sender.edition and other.edition) or sender.special == other.special:
        return None
    return Proposal.MERGE


def _log(
    comings: Sequence[Coming], messages: pd.DataFrame, register: Register, people: pd.Series | None = None
) -> pd.DataFrame:
    """Every message that takes a place, sent lately or to come: person, day, taker (the campaign's key)."""
    counted = [n for n, one in enumerate(comings) if one.sender.counts]
    sent = messages[(messages["state"] == SENT) & messages["campaign"].isin(counted)]
    keys = {n: one.sender.key for n, one in enumerate(comings)}
    recent = register.recent
    if people is not None:
        sent, recent = sent[sent["person"].isin(people)], recent[recent["person"].isin(people)]
    to_come = pd.DataFrame({"person": sent["person"], "day": sent["sent"], "taker": sent["campaign"].map(keys)})
    before = pd.DataFrame(
        {
            "person": recent["person"],
            "day": recent["day"],
            "taker": recent["campaign"].map(register.names).astype("str"),
        }
    )
    return pd.concat([before, to_come], ignore_index=True)


def _others(comings: Sequence[Coming], walked: Walked, register: Register, sender: Sender) -> pd.DataFrame:
    log = _log(comings, walked.messages, register)
    return log[log["taker"] != sender.key]


def _by_key(comings: Sequence[Coming]) -> Mapping[str, Sender]:
    return {one.sender.key: one.sender for one in comings}
