"""Small plots as SVG, drawn by hand: readable by a screen reader, in both themes, without a script. Colours are the
style sheet's, by class."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

WIDE, HIGH = 360, 200  # as wide as a phone's page, so that letters keep their size there
LEFT, RIGHT, TOP, BOTTOM = 38, 4, 12, 24
GAP = 0.3  # of a column's place
WIDEST = 48
LEAST_WIDE_LABEL = 26  # of a column's place, so that its label does not touch the next


@dataclass(frozen=True)
class Column:
    """One column. `part`: how much of the value stands out at its foot. `label`: below it, short."""

    label: str
    value: float
    part: float = 0.0


@dataclass(frozen=True)
class Plot:
    """What is drawn and how it is told. `steps`: the words of a value on the scale. `target`: a line across, with its
    word. `top`: the least the scale goes to."""

    name: str  # an id on the page
    title: str
    description: str
    columns: Sequence[Column]
    top: float = 1.0
    target: float | None = None
    target_word: str = ""


def drawn(plot: Plot, words: "Sequence[str] | None" = None) -> Markup:
    """The plot as one <svg>. `words`: what stands beside the lines of the scale, the lowest first (`scale`)."""
    lines = scale(plot)
    top = lines[-1]
    said = words or [f"{line:g}" for line in lines]
    parts = [_line(_y(line, top), word) for line, word in zip(lines, said, strict=True)]
    wide = (WIDE - LEFT - RIGHT) / max(len(plot.columns), 1)
    every = ceil(LEAST_WIDE_LABEL / wide)
    for number, column in enumerate(plot.columns):
        labelled = (len(plot.columns) - 1 - number) % every == 0
        parts.append(_column(LEFT + number * wide, wide, column, top, labelled))
    if plot.target is not None:
        parts.append(_target(_y(plot.target, top), plot.target_word))
    head = Markup('<title id="{0}-title">{1}</title><desc id="{0}-desc">{2}</desc>').format(
        plot.name, plot.title, plot.description
    )
    return Markup(
        '<svg class="plot" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-title {}-desc">{}{}</svg>'
    ).format(WIDE, HIGH, plot.name, plot.name, head, Markup("").join(parts))


def scale(plot: Plot) -> list[float]:
    """Where the lines of the scale lie: round numbers from nothing to at least the highest value, three to five."""
    highest = max([plot.top, plot.target or 0.0, *(column.value for column in plot.columns)])
    rough = highest / 3
    size = 10 ** floor(log10(rough))
    step = next(factor * size for factor in (1, 2, 5, 10) if factor * size >= rough * 0.999)
    return [round(number * step, 10) for number in range(ceil(highest / step - 1e-9) + 1)]


def _y(value: float, top: float) -> float:
    return HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * value / top


def _line(y: float, word: str) -> Markup:
    return Markup(
        '<line class="plot-line" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
        '<text class="plot-word" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
    ).format(LEFT, WIDE - RIGHT, y, y, LEFT - 6, y + 4, word)


def _column(x: float, wide: float, column: Column, top: float, labelled: bool) -> Markup:
    width = min(wide * (1 - GAP), WIDEST)
    at = x + (wide - width) / 2
    drawn_parts = [_bar(at, width, column.value, top, "plot-bar"), _bar(at, width, column.part, top, "plot-part")]
    if labelled:
        drawn_parts.append(
            Markup('<text class="plot-word" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
                x + wide / 2, HIGH - 7, column.label
            )
        )
    return Markup("").join(drawn_parts)


def _bar(x: float, width: float, value: float, top: float, kind: str) -> Markup:
    if value <= 0:
        return Markup("")
    y = _y(value, top)
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        kind, x, y, width, HIGH - BOTTOM - y
    )


def _target(y: float, word: str) -> Markup:
    return Markup(
        '<line class="plot-target" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
        '<text class="plot-word plot-goal" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
    ).format(LEFT, WIDE - RIGHT, y, y, WIDE - RIGHT, y - 4, word)
