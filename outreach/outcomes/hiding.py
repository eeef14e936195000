"""Which numbers may not be shown, so that a number of 1 to 4 people cannot be worked out from the others.

The idea is a witness. For each number that needs protection we make, from the true answers, others that differ in that
number and in nothing that is published: where one person of the group is said to have answered A instead of B, a
person of another group is said to have answered B instead of A. Every total that holds both stays the same; the few
numbers that do change are hidden. Where no two people differ in that group alone, more of them are changed in a chain
(chains.py). As the changed answers fit everything published as well as the true ones do, no calculation, however
clever, can tell them apart. We go as far as the rule's interval demands, up and down.

Where no exchange will do, people are said to have answered otherwise without anyone answering the other way round; then
every group they belong to loses the two numbers. That is always possible, so what is asked is always reached.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from outreach.outcomes.chains import NOWHERE, flips, planes, reached
from outreach.outcomes.cube import BASE, Bools, Cube, Floats
from outreach.outcomes.grouping import Groups, Ints

Reach = Callable[[int], tuple[int, int]]  # a true count -> the least and the most it must be able to be
TRIED_FROM = 3  # fine cells of the group that are tried
TRIED_ANSWERS = 3  # pairs of answers that are tried
DEAR = {"all": 30.0, "year": 10.0, "department": 6.0, "level": 6.0}  # what hiding a number there costs
TOLL = 8.0
HEAVIER = 0.5  # that a weighted sum changes costs less than a number
EXACT = 1e-9
FEW = 5


@dataclass(frozen=True)
class Hidden:
    """group x column. small: it is 1 to 4 people itself. other: it changes in somebody else's witness.

    weighted: its weighted sum changes in a witness, though the sum may not. crossed (group): in a witness, somebody in
    the group changes sides of a border, so what hangs on the border cannot be shown either; crossed_weighted likewise.
    """

    small: Bools
    other: Bools
    weighted: Bools
    crossed: Bools
    crossed_weighted: Bools

    @property
    def any(self) -> Bools:
        return self.small | self.other


@dataclass(frozen=True)
class Step:
    """In each fine cell of `flips`, `people` are said to have answered `new` for `old` (1), or the reverse (-1)."""

    flips: tuple[tuple[int, int], ...]
    new: int
    old: int
    people: int
    cost: float


class Hider:
    """Decides for one cube; `hide` is all there is to call."""

    def __init__(self, cube: Cube, groups: Groups) -> None:
        self.cube, self.member, self.holds = cube, groups.member, cube.holds
        self.rows = len(groups.rows)
        self.answers = np.zeros((self.rows, cube.counts.shape[1]), dtype=np.int64)
        for dimension in range(self.member.shape[1]):
            np.add.at(self.answers, self.member[:, dimension], cube.counts)
        self.sums = self.answers @ self.holds.T.astype(np.int64)
        published = groups.rows["shown"].to_numpy(dtype=bool)[:, None] | (self.holds.sum(axis=1) == 1)
        self.small = (self.sums > 0) & (self.sums < FEW) & published  # of those put together, only what they answered
        self.other = np.zeros_like(self.small)
        self.weighted = np.zeros_like(self.small)
        self.borders = np.array(cube.borders, dtype=bool).reshape(-1, cube.counts.shape[1])
        self.crossed, self.crossed_weighted = np.zeros((2, self.rows), dtype=bool)
        self.dimension_of = np.zeros(self.rows, dtype=np.int64)
        for dimension in range(self.member.shape[1]):
            self.dimension_of[self.member[:, dimension]] = dimension
        self.planes = planes(groups, np.unique(cube.weights, return_inverse=True)[1])
        self.price = self._prices(groups)
        dear = np.where(groups.rows["shown"], groups.rows["dimension"].map(DEAR).fillna(1.0), 0.0)
        self.toll = dear * TOLL  # what it costs to cross a border

    def _prices(self, groups: Groups) -> Floats:
        """What it costs to hide a number: more the more people, the wider the group; the base takes its row with it."""
        rows = groups.rows
        dear = np.where(rows["shown"], rows["dimension"].map(DEAR).fillna(1.0), 0.0)
        share = self.sums / np.maximum(self.answers.sum(axis=1, keepdims=True), 1)
        price = dear[:, None] * (1 + share) * np.where(self.small, 0.5, 1.0)
        price[:, [column.dear for column in self.cube.columns]] *= 4
        price[:, self.cube.number(BASE)] *= 6
        return np.asarray(price)

    def hide(self, reach: Reach) -> Hidden:
        """Every small number gets its witnesses, the widest groups first."""
        numbers = np.argwhere(self.small)
        order = np.lexsort((numbers[:, 1], numbers[:, 0], self.dimension_of[numbers[:, 0]]))
        for row, column in numbers[order]:
            true = int(self.sums[row, column])
            least, most = reach(true)
            most = min(most, int(self.answers[row].sum()))
            self._witness(row, column, most - true, up=True)
            self._witness(row, column, true - least, up=False)
        return Hidden(self.small, self.other, self.weighted, self.crossed, self.crossed_weighted)

    def _witness(self, row: int, column: int, people: int, up: bool) -> None:
        counts = self.cube.counts.copy()
        inside, outside = np.flatnonzero(self.holds[column]), np.flatnonzero(~self.holds[column])
        while people > 0:
            news, olds = (inside, outside) if up else (outside, inside)
            step = self._cheapest(counts, row, news, olds, people)
            for cell, way in step.flips:
                counts[cell, step.new] += way * step.people
                counts[cell, step.old] -= way * step.people
            self._mark(step, row, column)
            people -= step.people

    def _cheapest(self, counts: Ints, row: int, news: Ints, olds: Ints, people: int) -> Step:
        cells = np.flatnonzero(self.member[:, self.dimension_of[row]] == row)
        stock = counts[cells]
        olds = olds[stock[:, olds].sum(axis=0) > 0]
        pairs = [(int(new), int(old)) for new in news for old in olds]
        near = [float(self._prices_between(new, old)[row]) for new, old in pairs]
        found: list[Step] = []
        for new, old in [pairs[number] for number in np.argsort(near, kind="stable")[:TRIED_ANSWERS]]:
            most = np.argsort(-stock[:, old], kind="stable")[:TRIED_FROM]
            starts = cells[most[stock[most, old] > 0]]
            found += [step for at in starts for step in self._options(counts, int(at), row, new, old, people)]
            if any(step.cost == 0 for step in found):
                break
            found += self._chains(counts, starts, row, new, old, people)
        return min(found, key=lambda step: step.cost / step.people)

    def _crosses(self, new: int, old: int) -> bool:
        return bool((self.borders[:, new] != self.borders[:, old]).any())

    def _prices_between(self, new: int, old: int) -> Floats:
        """What it costs each group to lose what changes between two answers."""
        price: Floats = self.price @ (self.holds[:, new] != self.holds[:, old])
        return price + self.toll if self._crosses(new, old) else price

    def _options(self, counts: Ints, at: int, row: int, new: int, old: int, people: int) -> list[Step]:
        """Change `at` alone, or against the best other fine cell."""
        price, mine = self._prices_between(new, old), self.member[at]
        able = min(people, int(counts[at, old]))
        alone = Step(((at, 1),), new, old, able, float(price[mine].sum()))
        backs = np.flatnonzero((counts[:, new] > 0) & (self.member[:, self.dimension_of[row]] != row))
        if not backs.size:
            return [alone]
        theirs = self.member[backs]
        heavier = HEAVIER * (self.cube.weights[backs] != self.cube.weights[at])
        costs = ((theirs != mine) * (price[mine] + price[theirs])).sum(axis=1) + heavier
        amounts = np.minimum(able, counts[backs, new])
        best = int(np.argmin(costs / amounts))
        return [alone, Step(((at, 1), (int(backs[best]), -1)), new, old, int(amounts[best]), float(costs[best]))]

    def _chains(self, counts: Ints, starts: Ints, row: int, new: int, old: int, people: int) -> list[Step]:
        """The cheapest chain from each line that starts in the group to one outside it.

        None where what people answered elsewhere goes with them: that fits an exchange of two, not a chain.
        """
        if self._crosses(new, old) or (new in self.cube.taking) != (old in self.cube.taking):
            return []
        plane = next(plane for plane in self.planes if (plane.groups == row).any())
        outside = ~(plane.groups == row).any(axis=1)
        turn, back = (np.append(counts[:, answer] > 0, False) for answer in (old, new))
        price, found = self._prices_between(new, old), []
        for start in np.unique(plane.of[starts]):
            ways = reached(plane, int(start), turn, back)
            ends = np.flatnonzero(outside & (ways[0] != NOWHERE))
            if ends.size:
                mine, theirs = plane.groups[start], plane.groups[ends]
                costs = ((mine != theirs) * (price[mine] + price[theirs])).sum(axis=1)
                best = int(np.argmin(costs))
                changed = tuple(flips(plane, int(start), int(ends[best]), ways))
                stock = min(int(counts[cell, old if way > 0 else new]) for cell, way in changed)
                found.append(Step(changed, new, old, min(people, stock), float(costs[best]) + HEAVIER))
        return found

    def _mark(self, step: Step, row: int, column: int) -> None:
        """Hide what changes: the columns with one of the two answers, in the groups whose sum is another."""
        sums, heavy = np.zeros(self.rows), np.zeros(self.rows)
        for cell, way in step.flips:
            sums[self.member[cell]] += way
            heavy[self.member[cell]] += way * self.cube.weights[cell]
        touched = np.flatnonzero(sums)
        heavier = np.flatnonzero((sums == 0) & (np.abs(heavy) > EXACT))
        changed = np.flatnonzero(self.holds[:, step.new] != self.holds[:, step.old])
        own = self.other[row, column]
        self.other[np.ix_(touched, changed)] = True
        self.other[row, column] = own
        self.price[np.ix_(touched, changed)] = 0.0
        self.weighted[np.ix_(heavier, changed)] = True
        if self._crosses(step.new, step.old):
            self.crossed[touched], self.toll[touched] = True, 0.0
            self.crossed_weighted[heavier] = True


def hidden_numbers(cube: Cube, groups: Groups, reach: Reach) -> Hidden:
    """What of a cube may not be shown. reach: what a count of 1 to 4 must at least be able to be, to a reader.

    The witnesses keep everything else as it is: all other sums, the number of people asked in every fine cell, and the
    weighted sums that are not marked. What is not a sum of the cube (a median) may be shown where the base is.
    """
    return Hider(cube, groups).hide(reach)


def joined(parts: list[Hidden], base: int) -> list[Hidden]:
    """The choices of one question share a base: where it is hidden in one, all of that group is hidden in all."""
    other = np.logical_or.reduce([part.any[:, base] for part in parts])
    weighted = np.logical_or.reduce([part.weighted[:, base] for part in parts])
    return [covered(part, other, weighted) for part in parts]


def covered(part: Hidden, groups: Bools, weighted: Bools) -> Hidden:
    """With all of some groups hidden, and all that is weighted of others."""
    return replace(part, other=part.other | groups[:, None], weighted=part.weighted | weighted[:, None])
