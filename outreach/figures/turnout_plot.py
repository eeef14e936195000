"""Invited, answered, coming and came of some events, as a picture that is as clear in black and white."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from outreach.figures.plot import BAR, INCHES_AROUND, INCHES_WIDE, INK, LABEL_WIDTH, bare, canvas, png

# From light to dark as fewer are left, and each with a pattern of its own.
FILLS = (("white", ""), ("#d5e1ec", "///"), ("#6f98bd", ""), (BAR, "..."))
INCHES_AN_EVENT = 0.95
HEIGHT = 0.2  # of an event's line, which holds four bars


@dataclass(frozen=True)
class Turnout:
    """One event: its name, then people invited and answered, and seats that come and came."""

    label: str
    counts: Sequence[int]


def turnout_bars(shown: Sequence[Turnout], words: Sequence[str]) -> bytes:
    """A PNG of four horizontal bars an event, the first event on top; `words` names the bars. Each says its number."""
    figure = canvas(INCHES_WIDE, INCHES_AROUND + INCHES_AN_EVENT * len(shown))
    axes = figure.add_subplot()
    most = max((count for one in shown for count in one.counts), default=0) or 1
    for place, (word, (color, hatch)) in enumerate(zip(words, FILLS, strict=True)):
        at = [number + (place - 1.5) * HEIGHT for number in range(len(shown))]
        counts = [one.counts[place] for one in shown]
        axes.barh(at, counts, height=HEIGHT * 0.9, color=color, hatch=hatch, edgecolor=INK, linewidth=0.8, label=word)
        for line, count in zip(at, counts, strict=True):
            axes.text(count + most * 0.008, line, str(count), va="center", fontsize=8.5, color=INK)
    _name_lines(axes, [one.label for one in shown], most)
    figure.legend(loc="outside upper center", ncols=len(FILLS), frameon=False, fontsize=10, labelcolor=INK)
    return png(figure)


def _name_lines(axes: Axes, labels: Sequence[str], most: int) -> None:
    wrapped = [textwrap.fill(label, LABEL_WIDTH, break_on_hyphens=False) for label in labels]
    axes.set_yticks(range(len(labels)), wrapped, fontsize=9.5, color=INK)
    axes.set_ylim(len(labels) - 0.5, -0.5)  # the first on top
    axes.set_xlim(0, most * 1.08)
    axes.set_xticks([])
    bare(axes)
