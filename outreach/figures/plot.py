"""The share of a class that has joined, as a picture; and what all pictures have in common."""

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

# Contrast against white (WCAG 2): text 16.5, bars 7.3, goal 7.4 to one.
INK, BAR, GOAL, GRID = "#1f1f1f", "#1d5a8a", "#9c2f1e", "#d9d9d9"
LABEL_WIDTH, TITLE_WIDTH = 46, 76  # characters; what is longer is broken into lines
INCHES_WIDE, INCHES_A_BAR, INCHES_AROUND = 9.0, 0.42, 1.5


@dataclass(frozen=True)
class Bar:
    """One class: its name, the share that has joined (0 to 1) and that in words."""

    name: str
    share: float
    words: str


def bars(title: str, shown: Sequence[Bar], goal: float, goal_words: str) -> bytes:
    """A PNG of horizontal bars, first on top, from 0 to 100 %, with the goal as a line that says what it is."""
    figure = canvas(INCHES_WIDE, INCHES_AROUND + INCHES_A_BAR * len(shown))
    axes = figure.add_subplot()
    places = range(len(shown))
    axes.barh(places, [bar.share * 100 for bar in shown], color=BAR, height=0.62)
    for place, bar in enumerate(shown):
        axes.text(102, place, bar.words, va="center", fontsize=9.5, color=INK)
    axes.axvline(goal * 100, color="white", linewidth=5)  # keeps the goal's line clear of the bars
    axes.axvline(goal * 100, color=GOAL, linewidth=2, linestyle=(0, (5, 3)))
    axes.text(goal * 100, 1.01, goal_words, color=GOAL, ha="center", transform=axes.get_xaxis_transform(), fontsize=10)
    names = [textwrap.fill(bar.name, LABEL_WIDTH, break_on_hyphens=False) for bar in shown]
    axes.set_yticks(places, names, fontsize=9.5, color=INK)
    axes.set_ylim(len(shown) - 0.5, -0.5)  # the first on top
    _frame(axes)
    lines = [textwrap.fill(line, TITLE_WIDTH, break_on_hyphens=False) for line in title.splitlines()]
    figure.suptitle("\n".join(lines), fontsize=13, color=INK, fontweight="bold")
    return png(figure)


def canvas(width: float, height: float) -> Figure:
    """An empty picture so many inches wide and high."""
    figure = Figure(figsize=(width, height), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def png(figure: Figure, colors: int | None = None) -> bytes:
    """A picture as PNG, the same bytes whenever it is drawn. `colors`: no more than so many, for a smaller file."""
    written = io.BytesIO()
    figure.savefig(written, format="png", facecolor="white", metadata={"Software": None}, pil_kwargs={"optimize": True})
    if colors is None:
        return written.getvalue()
    fewer = io.BytesIO()
    Image.open(written).convert("RGB").quantize(colors).save(fewer, format="png", optimize=True)
    return fewer.getvalue()


def bare(axes: Axes) -> None:
    """Take away the box around a plot."""
    axes.tick_params(length=0)
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)


def _frame(axes: Axes) -> None:
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 20), [f"{percent} %" for percent in range(0, 101, 20)], fontsize=9.5, color=INK)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    bare(axes)
