"""The world drawn from its towns alone, with circles of people on it; as clear in black and white."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from outreach.figures.plot import BAR, INK, canvas, png

WORLD, EUROPE = (-170.0, 180.0, -57.0, 78.0), (-11.0, 33.0, 35.5, 70.5)  # west, east, south, north
FAINT = "#bdbdbd"
WIDE, HIGH = 11.0, 10.4
NAMED = {WORLD: 16, EUROPE: 16}  # at most so many names on each
COLORS = 48  # a map has few, and keeps a quarter of its size
LARGEST = 900.0  # the area of the largest circle, in square points
SMALLEST = 24.0
SIDES = ((1, 0, "left", "center"), (-1, 0, "right", "center"), (0, 1, "center", "bottom"), (0, -1, "center", "top"))


@dataclass(frozen=True)
class Dot:
    """A place and its people; `words` is their number as people write it."""

    name: str
    latitude: float
    longitude: float
    people: int
    words: str


def drawn(dots: Sequence[Dot], world: pd.DataFrame, titles: tuple[str, str]) -> bytes:
    """A PNG of the world above and Europe below. `dots`: the largest first. `world`: latitude, longitude."""
    figure = canvas(WIDE, HIGH)
    above, below = figure.subplots(2, 1, height_ratios=[1, 1.6])
    for axes, box, title in ((above, WORLD, titles[0]), (below, EUROPE, titles[1])):
        _towns(axes, world, box)
        axes.set_title(title, fontsize=12, color=INK, loc="left")
        _circles(axes, _inside(dots, box))
    figure.canvas.draw()  # lays the axes out: a name's own size is known only then
    for axes, box in ((above, WORLD), (below, EUROPE)):
        _names(axes, _inside(dots, box), NAMED[box])
    return png(figure, colors=COLORS)


def _inside(dots: Sequence[Dot], box: tuple[float, float, float, float]) -> list[Dot]:
    west, east, south, north = box
    return [dot for dot in dots if west <= dot.longitude <= east and south <= dot.latitude <= north]


def _towns(axes: Axes, world: pd.DataFrame, box: tuple[float, float, float, float]) -> None:
    west, east, south, north = box
    here = world[world["longitude"].between(west, east) & world["latitude"].between(south, north)]
    axes.scatter(here["longitude"], here["latitude"], s=0.6 if box is WORLD else 3, color=FAINT, linewidths=0)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1.0 if box is WORLD else 1.7)  # at 54 degrees north a degree of longitude is so much narrower
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color(FAINT)


def _circles(axes: Axes, dots: Sequence[Dot]) -> None:
    """The largest first, so that a small one is seen on it."""
    x, y = [dot.longitude for dot in dots], [dot.latitude for dot in dots]
    axes.scatter(x, y, s=[_area(dot, dots) for dot in dots], color=BAR, alpha=0.55, edgecolors="black", linewidths=0.9)


def _area(dot: Dot, dots: Sequence[Dot]) -> float:
    return max(SMALLEST, LARGEST * dot.people / max(one.people for one in dots))


def _names(axes: Axes, dots: Sequence[Dot], most: int) -> None:
    """The largest places by name and number, each at a side where it lies over no other name and no circle's middle."""
    taken = [Bbox.from_bounds(x - 3, y - 3, 6, 6) for x, y in map(axes.transData.transform, _points(dots))]
    named = 0
    for dot in dots:
        if named == most:
            return
        space = _name(axes, dot, _area(dot, dots) ** 0.5 / 2 + 2, taken)
        if space is not None:
            taken.append(space)
            named += 1


def _points(dots: Sequence[Dot]) -> list[tuple[float, float]]:
    return [(dot.longitude, dot.latitude) for dot in dots]


def _name(axes: Axes, dot: Dot, away: float, taken: Sequence[Bbox]) -> Bbox | None:
    """Write one name `away` points from its place, at the first side that is free. The space it has taken, or None."""
    for right, up, across, along in SIDES:
        text = axes.annotate(
            f"{dot.name} {dot.words}", (dot.longitude, dot.latitude), (right * away, up * away),
            textcoords="offset points", ha=across, va=along, fontsize=8.5, color=INK,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )  # fmt: skip
        space: Bbox = text.get_window_extent().padded(1)
        within = axes.bbox.contains(*space.p0) and axes.bbox.contains(*space.p1)
        if within and not any(space.overlaps(other) for other in taken):
            return space
        text.remove()
    return None
