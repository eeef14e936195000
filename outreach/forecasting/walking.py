"""Walking through the coming days as the duties will: who is written to on which day, and who finds no place.

Pure: frames in, frames out. Each day the campaigns go in the order they have in people's budgets, each its waves in
turn, as `queries.contact_budget` lets them; whoever has no place is asked again the next day, for as long as the
message may be sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outreach.duties import Contact
from outreach.forecasting.shape import NEVER, Coming, Register

Ints = NDArray[np.int64]
OPEN, SENT, LOST, VOID = 0, 1, 2, 3  # what became of a message; OPEN: its day is after the last one walked to


@dataclass(frozen=True)
class Walked:
    """`messages`, one row a message: campaign int (place in the list given), person int64, wave int, state int, `sent`
    the day (NEVER), `refused` the first day without a place (NEVER), `first` and `until` as given.

    `people`: whose numbers they are, sorted. `at_limit`, `over`, `written`: a row a day, a column a person: had as many
    as the budget allows on the days up to this one; found no place; were written to.
    """

    messages: pd.DataFrame
    people: Ints
    at_limit: NDArray[np.bool_]
    over: NDArray[np.bool_]
    weekday: int


def walk(
    comings: Sequence[Coming], register: Register, budget: Contact | None, days: int, weekday: int, weeks: int
) -> Walked:
    """Send what may be sent on each of `days` days, the first of them a `weekday` (Monday 0).

    The flags of a person are kept by week (`weeks` of them, Monday to Sunday), not by day: that is what is shown.
    """
    return _Walk(comings, register, budget, days, weekday, weeks).go()


class _Walk:
    def __init__(
        self, comings: Sequence[Coming], register: Register, budget: Contact | None, days: int, weekday: int, weeks: int
    ) -> None:
        self.budget, self.days, self.weekday = budget, days, weekday
        self._lay_out(comings)
        everyone = [coming.chains["person"].to_numpy() for coming in comings]
        self.people = np.unique(np.concatenate([*everyone, np.empty(0, np.int64)]))
        self.person = np.searchsorted(self.people, self.chain_person)
        size = len(self.people)
        self.window = np.zeros(size, np.int16)
        self.at_limit = np.zeros((weeks, size), bool)
        self.over = np.zeros((weeks, size), bool)
        self.left: dict[int, list[Ints]] = {}  # day -> places in `people` of those who had a message that counts
        self._remember(register.recent)
        self.buckets: list[list[Ints]] = [[] for _ in range(days)]
        for day, rows in _grouped(np.maximum(self.first, 0)):
            if day < days:
                self.buckets[day].append(rows)

    def _lay_out(self, comings: Sequence[Coming]) -> None:
        """All campaigns' frames beneath each other, as arrays."""
        sizes = [len(coming.chains) for coming in comings]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        chains = _beneath([coming.chains for coming in comings])
        self.chain_person = chains["person"].to_numpy(np.int64)
        self.asked = chains["asked"].to_numpy(np.int16, copy=True)
        self.last = chains["last"].to_numpy(np.int16, copy=True)
        self.highest = chains["highest"].to_numpy(np.int8, copy=True)
        self.weekdays = chains["weekdays"].to_numpy(np.uint8, copy=True)
        sends = [coming.sends for coming in comings]
        found = _beneath(sends)
        self.campaign = np.repeat(np.arange(len(sends), dtype=np.int16), [len(one) for one in sends])
        self.chain = found["chain"].to_numpy(np.int64) + starts[self.campaign]
        self.wave, self.first, self.until, self.offset, self.gap = (
            found[name].to_numpy(np.int16) for name in ("wave", "first", "until", "offset", "gap")
        )
        self.state = np.where(self.until < 0, VOID, OPEN).astype(np.int8)
        self.sent = np.full(len(found), NEVER, np.int16)
        self.refused = np.full(len(found), NEVER, np.int16)
        order = sorted(range(len(comings)), key=lambda n: comings[n].sender.order)
        self.rank = np.empty(len(comings), np.int64)
        self.rank[order] = np.arange(len(comings))
        self.counts = np.array([coming.sender.counts for coming in comings], bool)
        self.apart = np.array([coming.sender.apart for coming in comings], bool)

    def _remember(self, recent: pd.DataFrame) -> None:
        """What people have had on the last days takes its place from the first day on."""
        if self.budget is None or recent.empty:
            return
        known = recent[np.isin(recent["person"].to_numpy(), self.people)]
        for day, rows in known.groupby("day"):
            if int(str(day)) > -self.budget.days:
                at = np.searchsorted(self.people, rows["person"].to_numpy(np.int64))
                self.left.setdefault(int(str(day)), []).append(at)
                np.add.at(self.window, at, 1)

    def go(self) -> Walked:
        for day in range(self.days):
            self._forget(day)
            rows = np.concatenate([*self.buckets[day], np.empty(0, np.int64)])
            self.buckets[day] = []
            rows = rows[self.state[rows] == OPEN]
            turn = self.rank[self.campaign[rows]] * 128 + self.wave[rows]
            for _, mine in _grouped(turn):
                self._turn(day, rows[mine])
            if self.budget is not None:
                self.at_limit[self._week(day)] |= self.window >= self.budget.messages
        messages = {
            "campaign": self.campaign, "person": self.chain_person[self.chain], "wave": self.wave, "state": self.state,
            "sent": self.sent, "refused": self.refused, "first": self.first, "until": self.until,
        }  # fmt: skip
        return Walked(pd.DataFrame(messages), self.people, self.at_limit, self.over, self.weekday)

    def _turn(self, day: int, rows: Ints) -> None:
        """One wave of one campaign on one day."""
        if self.wave[rows[0]] > 1:
            rows = self._whose_day_it_is(day, rows)
        if len(rows) == 0:
            return
        people = self.person[self.chain[rows]]
        if self.budget is not None and self.counts[self.campaign[rows[0]]]:
            full = self.window[people] >= self.budget.messages
            refused = rows[full]
            self.refused[refused] = np.where(self.refused[refused] == NEVER, day, self.refused[refused])
            self.over[self._week(day), people[full]] = True
            self._put_off(refused, np.full(len(refused), day + 1), LOST)
            rows, people = rows[~full], people[~full]
            self.window[people] += 1
            self.left.setdefault(day, []).append(people)
        chains = self.chain[rows]
        self.sent[rows], self.state[rows] = day, SENT
        self.last[chains] = day
        self.asked[chains] = np.where(self.asked[chains] == NEVER, day, self.asked[chains])
        self.highest[chains] = np.maximum(self.highest[chains], self.wave[rows])
        self.weekdays[chains] |= np.uint8(1 << self._weekday(day))

    def _whose_day_it_is(self, day: int, rows: Ints) -> Ints:
        """Of a later wave, those it is time for; the others wait for their day, or it is over for them."""
        chains = self.chain[rows]
        asked = self.asked[chains] != NEVER
        overtaken = self.highest[chains] > self.wave[rows]
        after = np.maximum(self.asked[chains] + self.offset[rows], self.last[chains] + self.gap[rows])
        after = np.where(asked, after, day + 1)
        if self.apart[self.campaign[rows[0]]]:
            taken = (self.weekdays[chains] >> self._weekday(day)) & 1
            after = np.where(taken.astype(bool), np.maximum(after, day + 1), after)
        self.state[rows[overtaken]] = VOID
        later = ~overtaken & (after > day)
        self._put_off(rows[later], after[later].astype(np.int64), VOID)
        return rows[~overtaken & (after <= day)]

    def _put_off(self, rows: Ints, to: Ints, otherwise: int) -> None:
        """Look at messages again on a later day; `otherwise` becomes of those that may not be sent then any more."""
        over = to > self.until[rows]
        # Who has been without a place is lost for want of one, whatever keeps them on the last day.
        self.state[rows[over]] = np.where(self.refused[rows[over]] != NEVER, LOST, otherwise)
        rows, to = rows[~over], to[~over]
        for day, mine in _grouped(to):
            if day < self.days:
                self.buckets[day].append(rows[mine])

    def _forget(self, day: int) -> None:
        """What was sent so many days ago gives its place back."""
        if self.budget is not None:
            for gone in self.left.pop(day - self.budget.days, []):
                np.subtract.at(self.window, gone, 1)

    def _week(self, day: int) -> int:
        return (self.weekday + day) // 7

    def _weekday(self, day: int) -> int:
        return (self.weekday + day) % 7


def _beneath(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=["person", "asked", "last", "highest", "weekdays", *_SENDS], dtype="int64")
    return pd.concat(frames, ignore_index=True)


_SENDS = ("chain", "wave", "first", "until", "offset", "gap")


def _grouped(values: NDArray[np.integer]) -> list[tuple[int, Ints]]:
    """Each value there is, the smallest first, with the places it stands at."""
    if len(values) == 0:
        return []
    order = np.argsort(values, kind="stable")
    found, starts = np.unique(values[order], return_index=True)
    return [(int(value), part) for value, part in zip(found, np.split(order, starts[1:]), strict=True)]
