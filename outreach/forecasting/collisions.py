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
WORTH_WAITING = 0.25  # fewer of its people are left to their own later day, which they get by themselves
SAMPLE = 20_000  # people asked which day fits
FITS = 0.95  # a week is better when so many have a place in it
NEAR_DAYS = 14  # what is near, where the office has no budget


class Proposal(StrEnum):
    WAIT = "wait"  # send the one that gives way another week
    MERGE = "merge"  # put the department's news into the newsletter
    LET_GO = "let_go"  # let the one of higher priority go


@dataclass(frozen=True)
class Collision:
    """`lower` finds no place for `people` of its own, `share` of them all, because `higher` have taken it, whoever took
    most first. `later` of its messages go another day, `lost` do not go. Campaigns are named by their keys. `day`: when
    it happens first; `to_day`: the first day that fits, for WAIT."""

    lower: str
    higher: tuple[str, ...]
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
    """Every collision that matters, one for each campaign that gives way, the first to happen first. `register.names`:
    campaign id -> key."""
    found = _refusals(comings, walked, register, budget, days) if budget is not None else []
    near = budget.days if budget is not None else NEAR_DAYS
    merged = {one.lower for one in found if one.proposal == Proposal.MERGE}
    editions = [one for one in _editions(comings, walked, near) if one.lower not in merged]
    instead = {one.lower for one in editions}
    found = [one for one in found if one.lower not in instead] + editions
    return sorted(found, key=lambda one: (one.day, one.lower))


def _refusals(
    comings: Sequence[Coming], walked: Walked, register: Register, budget: Contact, days: int
) -> list[Collision]:
    """Campaigns some of whose people have no place on their day, with the campaigns that took it."""
    log, keys = _log(comings, walked.messages, register)
    found = []
    for campaign, mine in walked.messages.groupby("campaign"):
        refused = mine[mine["refused"] != NEVER]
        if len(refused):
            n = int(str(campaign))
            found.append(_refusal(comings, n, mine, refused, log[log["taker"] != n], keys, budget, days))
    return [one for one in found if one is not None]


def _refusal(
    comings: Sequence[Coming],
    campaign: int,
    mine: pd.DataFrame,
    refused: pd.DataFrame,
    others: pd.DataFrame,
    keys: Sequence[str],
    budget: Contact,
    days: int,
) -> Collision | None:
    """What becomes of the messages of one campaign that found no place; None where it hardly matters."""
    sender = comings[campaign].sender
    theirs = others[others["person"].isin(refused["person"])]
    met = refused[["person", "refused"]].merge(theirs, on="person")
    age = met["refused"] - met["day"]
    met = met[(age >= 0) & (age < budget.days)]
    people = int(met["person"].nunique())
    share = people / mine["person"].nunique()
    if people < FEWEST or share < SHARE:
        return None
    takers = met.groupby("taker")["person"].nunique().sort_values(ascending=False, kind="stable")
    higher = [(keys[int(str(code))], int(count)) for code, count in takers.items()]
    proposal, to_day = _merged(sender, higher, _by_key(comings), people), None
    if proposal is None and sender.movable and share >= WORTH_WAITING:
        to_day = day_that_fits(_at_first(mine), others, budget, days)
    proposal = proposal or (Proposal.LET_GO if to_day is None else Proposal.WAIT)
    later, lost = (int((refused["state"] == state).sum()) for state in (SENT, LOST))
    day, named = int(refused["refused"].min()), tuple(key for key, _ in higher)
    return Collision(sender.key, named, people, share, later, lost, day, proposal, to_day)


def _at_first(mine: pd.DataFrame) -> pd.DataFrame:
    """The messages of the wave that first finds no place, from the day on that this happens."""
    refused = mine[mine["refused"] != NEVER]
    day = int(refused["refused"].min())
    wave = int(refused.loc[refused["refused"] == day, "wave"].min())
    return mine[mine["wave"] == wave].assign(first=day)


def day_that_fits(mine: pd.DataFrame, others: pd.DataFrame, budget: Contact, days: int) -> int | None:
    """The first day after the messages' own on which nearly everyone has a place, if all of them went that day instead;
    what others have sent these people, or will send, counts. None: there is none before their last day.

    `mine`: person, first, until, one row a person; `others`: person, day of what comes from others.
    """
    mine = mine.iloc[:: max(1, len(mine) // SAMPLE)].sort_values("person")
    last = mine["until"].to_numpy(np.int64)
    counts = _counts(mine["person"].to_numpy(np.int64), others, budget.days, days)
    for day in range(int(mine["first"].min()) + 1, min(int(last.max()) + 1, days)):
        if (last >= day).mean() >= FITS and _share_with_a_place(counts, day, budget) >= FITS:
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
                lower, higher = comings[low].sender.key, (comings[high].sender.key,)
                made.append(Collision(lower, higher, people, share, 0, 0, day, Proposal.MERGE))
    return made


def _merged(
    sender: Sender, higher: Sequence[tuple[str, int]], known: Mapping[str, Sender], people: int
) -> Proposal | None:
    """MERGE where a special edition and a newsletter want much the same people, whichever of them gives way."""
    for key, count in higher:
        other = known.get(key)
        alike = other is not None and other.edition and sender.edition and other.special != sender.special
        if alike and count >= MERGED_SHARE * people:
            return Proposal.MERGE
    return None


def _log(comings: Sequence[Coming], messages: pd.DataFrame, register: Register) -> tuple[pd.DataFrame, list[str]]:
    """Every message that takes a place, sent lately or to come: person, day, taker; and the key of each taker. The
    first takers are `comings`, those that have sent lately and send no more follow."""
    keys = [one.sender.key for one in comings]
    keys += sorted(set(register.names.values()) - set(keys))
    code = {id_: keys.index(key) for id_, key in register.names.items()}
    counted = [n for n, one in enumerate(comings) if one.sender.counts]
    sent = messages[(messages["state"] == SENT) & messages["campaign"].isin(counted)]
    recent = register.recent
    parts = {
        "person": [recent["person"], sent["person"]],
        "day": [recent["day"], sent["sent"]],
        "taker": [recent["campaign"].map(code), sent["campaign"]],
    }
    kinds = {"person": np.int64, "day": np.int16, "taker": np.int32}
    log = {name: np.concatenate([part.to_numpy(kinds[name]) for part in both]) for name, both in parts.items()}
    return pd.DataFrame(log), keys


def _by_key(comings: Sequence[Coming]) -> Mapping[str, Sender]:
    return {one.sender.key: one.sender for one in comings}
