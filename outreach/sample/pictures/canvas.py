"""A sheet to draw on: twice the size wanted, so that edges come out smooth, and a few colours that go together."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]
Line = npt.NDArray[np.float64]

FINER = 2  # times the size wanted


def rgb(code: str) -> Colour:
    """ "#0b3d6b" -> (11, 61, 107)."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with `share` (0 to 1) of `other` in it."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


@dataclass(frozen=True)
class Palette:
    """`paper` the lightest, `ink` the darkest; `cool` and `calm` between them; `warm` and `glow` to draw the eye."""

    paper: Colour
    cool: Colour
    calm: Colour
    ink: Colour
    warm: Colour
    glow: Colour


# The blue of the letters' layout runs through all of them.
PALETTES = tuple(
    Palette(*map(rgb, codes.split()))
    for codes in (
        "#f3efe6 #8fb8d8 #3f77a8 #0b3d6b #d9774a #f2c879",  # a harbour at noon
        "#fbeee0 #e8b9a0 #7a6c8f #12304f #c2543d #f6c667",  # first light
        "#eef3ee #9cc0ad #4c8577 #123f4a #d98e3f #f3dfa2",  # a wood in June
        "#e6eef6 #a9c4de #5c80ab #17335c #b8574a #f0b98d",  # a winter's day
        "#f6efe9 #b7c3cf #6d8296 #1d3347 #c99a3a #efd9a0",  # stone and brass
        "#eaf1f1 #86b7bd #34788a #0c3550 #e0765a #f7cf8f",  # the sea
    )
)


class Canvas:
    """`rng` gives the same numbers for the same picture. Coordinates are shares of width and height, 0 to 1."""

    def __init__(self, size: tuple[int, int], rng: np.random.Generator, palette: Palette) -> None:
        self.rng, self.palette = rng, palette
        self.width, self.height = size[0] * FINER, size[1] * FINER
        self.image = Image.new("RGB", (self.width, self.height), palette.paper)
        self.pen = ImageDraw.Draw(self.image)

    @property
    def unit(self) -> float:
        """A length that is the same across and down: a hundredth of the shorter side, in pixels."""
        return min(self.width, self.height) / 100

    @property
    def tall(self) -> bool:
        return self.height > self.width

    def at(self, x: float, y: float) -> Point:
        return x * self.width, y * self.height

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def one_of(self, colours: Sequence[Colour]) -> Colour:
        return colours[int(self.rng.integers(len(colours)))]

    def fade(self, top: Colour, bottom: Colour, begin: float = 0.0, end: float = 1.0) -> None:
        """Fill from `begin` to `end` (shares of the height) with one colour going over into the other."""
        first, last = round(begin * self.height), round(end * self.height)
        share = np.linspace(0, 1, last - first)[:, None]
        column = np.asarray(top) * (1 - share) + np.asarray(bottom) * share
        strip = Image.fromarray(np.round(column).astype(np.uint8)[:, None, :], "RGB")
        self.image.paste(strip.resize((self.width, last - first), Image.Resampling.NEAREST), (0, first))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """`radius` in units."""
        (cx, cy), r = self.at(x, y), radius * self.unit
        self.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour, *, round_: float = 0) -> None:
        """`round_`: the radius of its corners, in units."""
        corners = (*self.at(left, top), *self.at(right, bottom))
        self.pen.rounded_rectangle(corners, radius=round_ * self.unit, fill=colour)

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        self.pen.polygon([self.at(*point) for point in points], fill=colour)

    def line(self, points: Sequence[Point], colour: Colour, thickness: float) -> None:
        """`thickness` in units."""
        self.pen.line(
            [self.at(*point) for point in points], colour, max(1, round(thickness * self.unit)), joint="curve"
        )

    def ridge(self, level: float, rough: float, colour: Colour, *, waves: int = 5) -> Line:
        """Ground from a soft, uneven line at about `level` down to the bottom. Returns the line's heights."""
        x = np.linspace(0, 1, 240)
        y = np.full_like(x, level)
        for wave in range(1, waves + 1):
            y += rough / wave * np.sin(2 * np.pi * (wave * x * self.between(0.6, 1.2) + self.between(0, 1)))
        self.shape([(0, 1), *zip(x.tolist(), y.tolist(), strict=True), (1, 1)], colour)
        return y

    def jpeg(self) -> bytes:
        """The picture in the size wanted."""
        written = io.BytesIO()
        self.image.reduce(FINER).save(written, "JPEG", quality=88, optimize=True)
        return written.getvalue()
