"""A chart as SVG and PNG: as clear in black and white, the same bytes whenever it is drawn."""

import io
import textwrap
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outreach.figures.plot import BAR, GRID, INCHES_WIDE, INK, LABEL_WIDTH, TITLE_WIDTH, bare, canvas, png
from outreach.results.charts import Chart, Mark

Format = Literal["svg", "png"]
FILLS = ((BAR, ""), ("#e3e9ef", "///"))  # the first series dark, the second light with lines across
INCHES_A_LINE, INCHES_AROUND = 0.5, 1.3
THICK = {1: 0.55, 2: 0.36}


def drawn(chart: Chart, kind: Format) -> bytes:
    """The chart as a picture, white behind it."""
    figure = canvas(
        INCHES_WIDE, INCHES_AROUND + INCHES_A_LINE * len(chart.lines) * (1 + 0.35 * (len(chart.series) - 1))
    )
    axes = figure.add_subplot()
    thick = THICK[len(chart.series)]
    for number, (name, fill) in enumerate(zip(chart.series, FILLS, strict=False)):
        shift = (number - (len(chart.series) - 1) / 2) * (thick + 0.04)
        _series(axes, [marks[number] for _, marks in chart.lines], name, fill, shift, thick)
    _name_lines(axes, [label for label, _ in chart.lines])
    figure.suptitle(textwrap.fill(chart.title, TITLE_WIDTH), fontsize=13, color=INK, fontweight="bold")
    if len(chart.series) > 1:
        figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=10, labelcolor=INK)
    return png(figure) if kind == "png" else _svg(figure, chart)


def _series(axes: Axes, marks: list[Mark], name: str, fill: tuple[str, str], shift: float, thick: float) -> None:
    color, hatch = fill
    at = [number + shift for number in range(len(marks))]
    shares = [float("nan") if mark.share is None else mark.share * 100 for mark in marks]
    axes.barh(at, shares, height=thick, color=color, hatch=hatch, edgecolor=INK, linewidth=0.7, label=name)
    for place, mark in zip(at, marks, strict=True):
        if mark.share is not None and mark.low is not None and mark.high is not None:
            axes.plot([mark.low * 100, mark.high * 100], [place, place], color="white", linewidth=3.2)
            axes.plot([mark.low * 100, mark.high * 100], [place, place], color=INK, linewidth=1.3, marker="|")
        axes.text(102, place, mark.words, va="center", fontsize=9, color=INK)


def _name_lines(axes: Axes, labels: list[str]) -> None:
    wrapped = [textwrap.fill(label, LABEL_WIDTH, break_on_hyphens=False) for label in labels]
    axes.set_yticks(range(len(labels)), wrapped, fontsize=9.5, color=INK)
    axes.set_ylim(len(labels) - 0.4, -0.6)  # the first on top
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 20), [f"{each} %" for each in range(0, 101, 20)], fontsize=9.5, color=INK)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    bare(axes)


def _svg(figure: Figure, chart: Chart) -> bytes:
    """With its words inside, and text as outlines so that it looks the same everywhere."""
    written = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": chart.name, "svg.fonttype": "path"}):
        figure.savefig(written, format="svg", facecolor="white", metadata={"Date": None, "Creator": None,
                       "Title": chart.title, "Description": chart.alternative})  # fmt: skip
    return written.getvalue()
