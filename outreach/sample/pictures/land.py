"""Scenes out of doors: skerries, hills, a town by the water, a northern night, fields, a coast."""

from itertools import pairwise

import numpy as np
from PIL import Image

from outreach.sample.pictures.canvas import Canvas, Colour, Line, mixed

WHITE: Colour = (255, 255, 255)


def archipelago(c: Canvas) -> None:
    """A low sun over skerries, and a sail."""
    p = c.palette
    sea = c.between(0.52, 0.6)
    c.fade(mixed(p.cool, p.paper, 0.25), mixed(p.glow, p.paper, 0.45), 0, sea)
    c.disc(c.between(0.25, 0.75), sea - c.between(0.1, 0.22), c.between(8, 11), mixed(p.glow, WHITE, 0.35))
    for depth in range(3):
        level = sea - 0.015 + depth * 0.004
        c.ridge(level, 0.016 + depth * 0.006, mixed(p.calm, p.cool, 0.75 - depth * 0.25), waves=7)
    c.fade(mixed(p.calm, p.paper, 0.35), mixed(p.ink, p.calm, 0.25), sea, 1)
    for _ in range(70):
        x, y = c.between(0, 1), sea + (1 - sea) * c.between(0.03, 1) ** 1.4
        c.line([(x, y), (x + c.between(0.02, 0.07), y)], mixed(p.cool, p.paper, c.between(0.1, 0.7)), 0.3)
    for x, y, size in ((c.between(-0.05, 0.15), 0.8, 0.34), (c.between(0.66, 0.8), 0.7, 0.3)):
        _skerry(c, x, y, size)
    _sail(c, c.between(0.36, 0.56), sea + 0.07)


def _skerry(c: Canvas, x: float, y: float, size: float) -> None:
    p = c.palette
    across = np.linspace(0, 1, 60)
    height = size * (0.26 if not c.tall else 0.16) * np.sin(np.pi * across) ** 0.6
    height *= 1 + 0.18 * np.sin(9 * across + c.between(0, 6))
    outline = [(x + size * a, y - h) for a, h in zip(across.tolist(), height.tolist(), strict=True)]
    for _ in range(9):
        share = c.between(0.2, 0.8)
        _pine(c, x + size * share, y - float(np.interp(share, across, height)) + 0.01, c.between(5, 10), p.ink)
    c.shape([*outline, (x + size, y), (x, y)], mixed(p.ink, p.calm, 0.3))
    c.shape(
        [(x, y), (x + size, y), (x + size * 0.8, y + 0.018), (x + size * 0.2, y + 0.018)], mixed(p.ink, p.calm, 0.55)
    )


def _sail(c: Canvas, x: float, y: float) -> None:
    unit_x, unit_y = c.unit / c.width, c.unit / c.height
    c.shape([(x, y), (x, y - 14 * unit_y), (x + 8 * unit_x, y - unit_y)], c.palette.paper)
    c.shape(
        [(x - 0.7 * unit_x, y - unit_y), (x - 0.7 * unit_x, y - 11 * unit_y), (x - 5 * unit_x, y - unit_y)],
        c.palette.warm,
    )
    c.shape(
        [(x - 6 * unit_x, y), (x + 9 * unit_x, y), (x + 6 * unit_x, y + 2 * unit_y), (x - 4 * unit_x, y + 2 * unit_y)],
        c.palette.ink,
    )


def _pine(c: Canvas, x: float, y: float, height: float, colour: Colour) -> None:
    """`height` in units."""
    wide, high = height * 0.26 * c.unit / c.width, height * c.unit / c.height
    for tier in range(3):
        top, bottom, half = y - high * (1 - tier * 0.22), y - high * (0.48 - tier * 0.24), wide * (0.55 + tier * 0.25)
        c.shape([(x, top), (x - half, bottom), (x + half, bottom)], colour)


def hills(c: Canvas) -> None:
    """Ridges one behind the other in the haze."""
    p = c.palette
    c.fade(mixed(p.cool, p.paper, 0.35), mixed(p.glow, p.paper, 0.4))
    c.disc(c.between(0.2, 0.8), c.between(0.24, 0.34), c.between(7, 12), mixed(p.glow, WHITE, 0.3))
    for depth in range(6):
        share = depth / 5
        colour = mixed(mixed(p.cool, p.paper, 0.3), p.ink, share)
        line = c.ridge(0.42 + 0.1 * depth, 0.05 - 0.004 * depth, colour)
        if depth >= 3:
            _wood(c, line, 16 * (depth - 2), (3 * (depth - 1), 4 * (depth - 1)), colour)


def town(c: Canvas) -> None:
    """A row of houses by the water, some windows lit."""
    p = c.palette
    quay = 0.72
    c.fade(mixed(p.cool, p.paper, 0.3), mixed(p.glow, p.paper, 0.55), 0, quay)
    c.disc(c.between(0.15, 0.85), 0.24, 8, mixed(p.glow, WHITE, 0.4))
    _row_of_houses(c, quay, 0.3, [mixed(p.cool, p.calm, 0.3), mixed(p.cool, p.calm, 0.5)], lit=False)
    facades = [p.warm, mixed(p.glow, p.warm, 0.25), mixed(p.calm, p.ink, 0.3), mixed(p.paper, p.glow, 0.5), p.calm]
    _row_of_houses(c, quay, 0.2, facades, lit=True)
    mirrored = c.image.crop((0, round(c.height * (2 * quay - 1)), c.width, round(c.height * quay)))
    flipped = mirrored.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    dimmed = Image.blend(flipped, Image.new("RGB", flipped.size, p.ink), 0.65)
    c.image.paste(dimmed, (0, c.height - flipped.height))
    c.box(0, quay - 0.008, 1, quay + 0.012, p.ink)
    for _ in range(60):
        x, y = c.between(0, 1), c.between(quay + 0.03, 1)
        c.line([(x, y), (x + c.between(0.02, 0.08), y)], mixed(p.ink, p.cool, c.between(0.2, 0.5)), 0.3)


def _row_of_houses(c: Canvas, foot: float, height: float, facades: list[Colour], *, lit: bool) -> None:
    p, x = c.palette, -0.02
    tower = c.between(0.3, 0.6)
    while x < 1:
        wide = c.between(0.06, 0.1) * (1.5 if c.tall else 1)
        top = foot - height * c.between(0.75, 1.25)
        colour = c.one_of(facades)
        if not lit and x <= tower < x + wide:
            mid = x + wide / 2
            c.shape([(mid - wide / 5, top), (mid, top - height * 0.75), (mid + wide / 5, top)], p.ink)
        c.box(x, top, x + wide, foot, colour)
        c.shape(
            [(x, top), (x + wide / 2, top - height * c.between(0.12, 0.3)), (x + wide, top)], mixed(colour, p.ink, 0.35)
        )
        if lit:
            _windows(c, (x, top, x + wide, foot), mixed(colour, p.ink, 0.55))
        x += wide


def _windows(c: Canvas, house: tuple[float, float, float, float], dark: Colour) -> None:
    left, top, right, foot = house
    rows = max(2, int((foot - top) / 0.055))
    for row in range(rows):
        for column in range(3):
            x = left + (right - left) * (0.16 + column * 0.26)
            y = top + (foot - top) * (0.08 + row * 0.9 / rows)
            colour = c.palette.glow if c.rng.random() < 0.4 else dark
            c.box(x, y, x + (right - left) * 0.15, y + (foot - top) * 0.5 / rows, colour)


def night(c: Canvas) -> None:
    """Stars and northern lights over a wood."""
    p = c.palette
    c.fade(mixed(p.ink, (0, 0, 0), 0.45), mixed(p.ink, p.calm, 0.45))
    for ribbon in range(3):
        x = np.linspace(-0.05, 1.05, 160)
        base = 0.3 + ribbon * 0.1 + 0.07 * np.sin(2 * np.pi * (x * c.between(0.6, 1.1) + c.between(0, 1)))
        for step in range(14):
            faint = (1 - step / 14) * 0.5
            colour = mixed(mixed(p.ink, p.calm, 0.2), mixed(p.cool, p.glow, 0.15 * ribbon), faint)
            c.line(list(zip(x.tolist(), (base - step * 0.013).tolist(), strict=True)), colour, 1.6)
    for _ in range(150):
        c.disc(c.between(0, 1), c.between(0, 0.75), c.between(0.1, 0.38), mixed(p.paper, p.cool, c.between(0, 0.6)))
    for depth, colour in enumerate((mixed(p.ink, p.calm, 0.25), mixed(p.ink, (0, 0, 0), 0.55))):
        line = c.ridge(0.78 + depth * 0.09, 0.02, colour)
        _wood(c, line, 55 - depth * 15, (8 + depth * 4, 15 + depth * 7), colour)


def _wood(c: Canvas, line: Line, count: int, height: tuple[float, float], colour: Colour) -> None:
    """Pines along a ridge; `height` from and to, in units."""
    for _ in range(count):
        x = c.between(0, 1)
        foot = float(np.interp(x, np.linspace(0, 1, len(line)), line))
        _pine(c, x, foot + 0.015, c.between(*height), colour)


def fields(c: Canvas) -> None:
    """Furrows that meet at the horizon, a house, clouds."""
    p = c.palette
    horizon, goal = 0.46, c.between(0.35, 0.65)
    c.fade(mixed(p.cool, p.paper, 0.25), p.paper, 0, horizon)
    for _ in range(5):
        x, y = c.between(0.05, 0.95), c.between(0.08, 0.32)
        for lobe in range(4):
            c.disc(x + lobe * 0.035, y + c.between(-0.015, 0.015), c.between(3.5, 6), mixed(p.paper, WHITE, 0.7))
    c.ridge(horizon - 0.02, 0.012, mixed(p.calm, p.cool, 0.4))
    colours = (mixed(p.glow, p.warm, 0.15), p.glow, mixed(p.calm, p.glow, 0.4), mixed(p.calm, p.paper, 0.25), p.calm)
    edges = np.linspace(-1.4, 2.4, 25)
    for number, (left, right) in enumerate(pairwise(edges)):
        c.shape([(goal, horizon), (float(right), 1.02), (float(left), 1.02)], colours[number % len(colours)])
    c.box(0, horizon - 0.004, 1, horizon + 0.02, mixed(p.calm, p.ink, 0.35))
    _cottage(c, goal + c.between(0.1, 0.2), horizon + 0.015)


def _cottage(c: Canvas, x: float, y: float) -> None:
    wide, high = 15 * c.unit / c.width, 9 * c.unit / c.height
    c.box(x, y - high, x + wide, y, c.palette.warm)
    c.shape([(x - wide * 0.06, y - high), (x + wide / 2, y - high * 1.7), (x + wide * 1.06, y - high)], c.palette.ink)
    for share in (0.14, 0.62):
        c.box(x + wide * share, y - high * 0.72, x + wide * (share + 0.22), y - high * 0.34, c.palette.paper)


def coast(c: Canvas) -> None:
    """Long waves, one behind the other."""
    p = c.palette
    c.fade(mixed(p.glow, p.paper, 0.5), mixed(p.cool, p.paper, 0.5), 0, 0.4)
    c.disc(c.between(0.3, 0.7), 0.26, c.between(9, 13), mixed(p.warm, p.glow, 0.35))
    for depth in range(9):
        x = np.linspace(0, 1, 240)
        turn = c.between(0, 1)
        level = 0.36 + depth * 0.075
        y = level + 0.017 * (1 + depth * 0.12) * np.sin(2 * np.pi * (x * (3.4 - depth * 0.18) + turn))
        line = list(zip(x.tolist(), y.tolist(), strict=True))
        c.shape([(0, 1), *line, (1, 1)], mixed(mixed(p.cool, p.paper, 0.2), p.ink, depth / 9))
        c.line(line, mixed(p.paper, p.cool, 0.2 + depth * 0.06), 0.5)
